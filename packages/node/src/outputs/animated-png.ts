import { crc32 } from 'node:zlib'
import { GolemError } from '@golem/protocol'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const KEPT_BEFORE_DATA = new Set(['PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'pHYs'])

type Chunk = { kind: string; data: Buffer }

/**
 * Joins PNG pictures of one size into one animated PNG, without opening their pixels: what was packed stays packed.
 * Format: PNG, third edition, "Animation information" (https://www.w3.org/TR/png-3/).
 *
 * @param read gives the picture at a position
 * @throws {GolemError} `ANIMATION_IMPOSSIBLE` where a picture is no PNG or another in kind than the first
 */
export async function* animatedPng(
  { count, fps }: { count: number; fps: number },
  read: (index: number) => Promise<Uint8Array>,
): AsyncGenerator<Buffer> {
  let sequence = 0
  let header: Buffer | null = null
  for (let index = 0; index < count; index += 1) {
    const chunks = chunksOf(await read(index))
    const [first] = chunks
    if (first?.kind !== 'IHDR') throw impossible('one of them is no PNG')
    if (header === null) {
      header = first.data
      yield SIGNATURE
      yield packed('IHDR', header)
      yield packed('acTL', uint32s(count, 0))
      for (const { kind, data } of chunks) if (KEPT_BEFORE_DATA.has(kind)) yield packed(kind, data)
    } else if (!header.equals(first.data)) throw impossible('they differ in size or colours')
    yield packed('fcTL', frameControl(sequence++, header, fps))
    for (const { kind, data } of chunks) {
      if (kind !== 'IDAT') continue
      // The first frame is the picture that readers without animations show.
      yield index === 0 ? packed('IDAT', data) : packed('fdAT', Buffer.concat([uint32s(sequence++), data]))
    }
  }
  yield packed('IEND', Buffer.alloc(0))
}

/** Sequence number, size, no offset, duration as a fraction of seconds, whole frame in the place of the last. */
function frameControl(sequence: number, header: Buffer, fps: number): Buffer {
  const timing = Buffer.alloc(6)
  // 23.976 pictures a second are 2,398 in a hundred.
  const times = Number.isInteger(fps) ? 1 : 100
  timing.writeUInt16BE(times, 0)
  timing.writeUInt16BE(Math.round(fps * times), 2)
  return Buffer.concat([uint32s(sequence), header.subarray(0, 8), uint32s(0, 0), timing])
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!png.subarray(0, 8).equals(SIGNATURE)) throw impossible('one of them is no PNG')
  const chunks: Chunk[] = []
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at)
    if (at + 12 + length > png.length) throw impossible('one of them is cut off')
    chunks.push({ kind: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  if (chunks.at(-1)?.kind !== 'IEND') throw impossible('one of them is cut off')
  return chunks
}

function packed(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  return Buffer.concat([uint32s(data.length), body, uint32s(crc32(body))])
}

function uint32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index)
  return bytes
}

const impossible = (why: string) =>
  new GolemError({
    code: 'ANIMATION_IMPOSSIBLE',
    message: `These frames cannot be joined: ${why}.`,
    remedy: 'Render PNG frames of one size, or choose a movie before the job begins.',
  })
