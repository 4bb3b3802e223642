import { readFile } from 'node:fs/promises'
import sharp from 'sharp'

/** How many decoded values of two pictures differ; -1 where their sizes or channels do. */
export async function differingValues(one: string, other: string): Promise<number> {
  const [a, b] = await Promise.all([decode(one), decode(other)])
  if (a.shape !== b.shape) return -1
  let count = 0
  for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) count++
  return count
}

async function decode(path: string): Promise<{ shape: string; data: Buffer }> {
  const { data, info } = await sharp(path).raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  return { shape: `${info.width}x${info.height}x${info.channels}`, data }
}

/** What of an OpenEXR file belongs to the picture: channels, window, compression, and the stored blocks, not dates. */
export type ExrContent = { channels: string[]; attributes: Record<string, string>; blocks: Buffer }

const DATES = new Set(['Date', 'RenderTime', 'Time', 'File', 'Frame'])

/**
 * Reads a scanline OpenEXR without unpacking it: one library packs equal pixels into equal bytes.
 *
 * Format: https://openexr.com/en/latest/OpenEXRFileLayout.html
 */
export async function readExr(path: string): Promise<ExrContent> {
  const data = await readFile(path)
  if (data.readUInt32LE(0) !== 20_000_630) throw new Error(`${path} is no OpenEXR`)
  const attributes: Record<string, string> = {}
  const channels: string[] = []
  let at = 8
  const text = () => {
    const end = data.indexOf(0, at)
    const found = data.toString('latin1', at, end)
    at = end + 1
    return found
  }
  while (data[at] !== 0) {
    const name = text()
    const kind = text()
    const size = data.readInt32LE(at)
    const value = data.subarray(at + 4, at + 4 + size)
    at += 4 + size
    if (kind === 'chlist') channels.push(...channelNames(value))
    if (!DATES.has(name) && kind !== 'string') attributes[name] = value.toString('hex')
  }
  // The table of offsets ends where the first block begins.
  const first = Number(data.readBigUInt64LE(at + 1))
  return { channels, attributes, blocks: data.subarray(first) }
}

function channelNames(value: Buffer): string[] {
  const names: string[] = []
  for (let at = 0; value[at] !== 0; ) {
    const end = value.indexOf(0, at)
    names.push(value.toString('latin1', at, end))
    at = end + 17
  }
  return names
}
