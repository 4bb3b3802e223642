import { createWriter, headerLength } from '@ipld/car/buffer-writer'
import { decode } from '@ipld/dag-pb'
import { varint } from 'multiformats'
import type { CID } from 'multiformats/cid'
import { isLeaf, toBlockCid } from '../blocks/block-cid.ts'
import { contentUnavailable } from '../content-errors.ts'
import type { TreeReader } from '../tree/tree-reader.ts'

/**
 * A whole tree as a CAR of version 1, each block once and after the one that links to it, with CIDs written as their
 * parents write them, so that tools which look blocks up by their text find them.
 *
 * @param root as it shall stand in the header: of version 0 or 1
 * @see https://ipld.io/specs/transport/car/carv1/
 * @throws {GolemError} `CONTENT_UNAVAILABLE`
 */
export async function* exportCar(
  { blocks }: Pick<TreeReader, 'blocks'>,
  root: CID,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const roots = [root]
  yield createWriter(new ArrayBuffer(headerLength({ roots })), { roots }).close()
  const seen = new Set<string>()
  const waiting = [root]
  for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
    signal?.throwIfAborted()
    const kept = toBlockCid(cid)
    if (kept === null || seen.has(kept.toString())) continue
    seen.add(kept.toString())
    const bytes = await blocks.get(kept)
    if (bytes === null) throw contentUnavailable(root.toString(), `its block ${cid} is not here`)
    const lengthBytes = cid.bytes.length + bytes.length
    const head = new Uint8Array(varint.encodingLength(lengthBytes) + cid.bytes.length)
    varint.encodeTo(lengthBytes, head)
    head.set(cid.bytes, head.length - cid.bytes.length)
    yield head
    yield bytes
    if (!isLeaf(cid)) for (const { Hash } of decode(bytes).Links.toReversed()) waiting.push(Hash)
  }
}
