import type { CID } from 'multiformats/cid'
import { isLeaf } from '../blocks/block-cid.ts'
import { contentRefused, contentUnavailable } from '../content-errors.ts'
import type { TreeReader } from './tree-reader.ts'

/**
 * The bytes of one file in their order, each block verified; the next block is read while the last one is used.
 * Memory stays flat: the stock exporter reads ahead without a bound, which is why it is not used here.
 *
 * @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_REFUSED` where the CID is no file
 */
export async function* readFile(reader: TreeReader, file: CID, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  let next: Promise<Uint8Array> | undefined
  try {
    for await (const piece of piecesOf(reader, file)) {
      signal?.throwIfAborted()
      const ready = next
      next = piece instanceof Uint8Array ? Promise.resolve(piece) : readLeaf(reader, piece)
      // Awaited below; without this, a failure while the one before is used would end the process.
      next.catch(() => {})
      if (ready !== undefined) yield await ready
    }
    if (next !== undefined) yield await next
  } finally {
    await next?.catch(() => {})
  }
}

/** Leaves of a file, and bytes that stand in its nodes. */
async function* piecesOf(reader: TreeReader, cid: CID): AsyncGenerator<CID | Uint8Array> {
  if (isLeaf(cid)) {
    yield cid
    return
  }
  const node = await reader.node(cid)
  if (node === null) throw contentUnavailable(cid.toString())
  if (node.kind !== 'file') throw contentRefused(cid.toString(), 'it is a folder, where a file is expected')
  if (node.inline.length > 0) yield node.inline
  for (const part of node.parts) yield* piecesOf(reader, part.cid)
}

async function readLeaf({ blocks }: TreeReader, cid: CID): Promise<Uint8Array> {
  const bytes = await blocks.get(cid)
  if (bytes === null) throw contentUnavailable(cid.toString())
  return bytes
}
