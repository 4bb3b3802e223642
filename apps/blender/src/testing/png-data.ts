import { readFile } from 'node:fs/promises'

/** The compressed pixels of a PNG without its texts: Blender writes dates into those. Equal pixels give equal data. */
export async function pngData(path: string): Promise<string> {
  const file = await readFile(path)
  const parts: Buffer[] = []
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at)
    const kind = file.toString('latin1', at + 4, at + 8)
    if (kind === 'IHDR' || kind === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  return Buffer.concat(parts).toString('base64')
}
