import { GolemError } from '@golem/protocol'
import { asyncIterableReader, createDecoder } from '@ipld/car/decoder'
import type { CID } from 'multiformats/cid'
import { isBlock, toBlockCid } from '../blocks/block-cid.ts'
import type { Blocks, Hold } from '../blocks/blocks.ts'
import { writeBehind } from '../blocks/write-behind.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'

/** Roots that a CAR may name. */
const MAX_ROOTS = 1_000

/**
 * Takes the blocks of a CAR, version 1 or 2, each checked against its CID. What came before a fault stays.
 *
 * @returns the roots that its header names, which need not be in it
 * @throws {GolemError} `CAR_INVALID`, `STORAGE_FULL`
 */
export async function importCar(
  { blocks, hold }: { blocks: Blocks; hold: Hold },
  source: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<CID[]> {
  const reader = asyncIterableReader(source)
  const decoder = createDecoder({
    ...reader,
    get pos() {
      return reader.pos
    },
    // A length of the file's own saying is not to be held in memory.
    exactly: async (length, seek) => {
      if (length > MAX_BLOCK_BYTES) throw carInvalid(`a part of it has ${length} bytes; ${MAX_BLOCK_BYTES} are allowed`)
      return reader.exactly(length, seek)
    },
  })
  const writing = writeBehind(blocks, hold)
  try {
    const { roots } = await reading(decoder.header())
    if (roots.length > MAX_ROOTS) throw carInvalid(`it names ${roots.length} roots`)
    const sections = decoder.blocks()
    for (;;) {
      signal?.throwIfAborted()
      const { done, value } = await reading(sections.next())
      if (done) break
      const cid = toBlockCid(value.cid)
      if (cid === null) throw carInvalid(`${value.cid} is of another kind than sha256 over UnixFS or plain bytes`)
      if (!(await isBlock(cid, value.bytes))) throw carInvalid(`the bytes of ${value.cid} are others`)
      await writing.put(cid, value.bytes)
    }
    await writing.flush()
    return roots
  } finally {
    await writing.settle()
  }
}

/** What the decoder says of a broken file, in words that people know. */
const reading = <T>(work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    if (cause instanceof GolemError || !(cause instanceof Error)) throw cause
    // A disk that fails has a code, a file that is wrong has not.
    if ('code' in cause) throw cause
    throw carInvalid(cause.message === 'Unexpected end of data' ? 'it ends in the middle' : cause.message, cause)
  })

const carInvalid = (because: string, cause?: unknown): GolemError =>
  new GolemError({
    code: 'CAR_INVALID',
    message: `This is no CAR that can be taken: ${because}.`,
    remedy: 'Make it again, with `ipfs dag export` or `golem data export`.',
    ...(cause === undefined ? {} : { cause }),
  })
