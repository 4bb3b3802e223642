import { type ImportCandidate, importer } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'
import type { Blocks, Hold } from '../blocks/blocks.ts'
import { writeBehind } from '../blocks/write-behind.ts'

/** A file by its path below the root, or an empty folder where it has no content. */
export type NewEntry = { path: string; content?: Pieces }
/** A piece belongs to the tree from when it is given: blocks made of it may be written later. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/**
 * How trees are cut and named (IPIP-499). The first is this storage's own; the second gives what kubo gives where nobody
 * asked it for another, with CIDs of version 0.
 */
export type Profile = 'unixfs-v1-2025' | 'unixfs-v0-2015'

/** Times 1 MiB is what adding takes of memory. */
const BLOCKS_AT_ONCE = 8
const FILES_AT_ONCE = 4
const PIECE_BYTES = 1024 * 1024

/**
 * Makes a tree of one file, or of a folder with entries, as UnixFS by a published profile, so that every IPFS tool gives
 * the same CID for it. Names alone come with the bytes: no times, no modes, no owners, so that equal
 * content has equal CIDs.
 *
 * @throws {GolemError} `STORAGE_FULL`, and what the content throws
 */
export async function importTree(
  { blocks, hold }: { blocks: Blocks; hold: Hold },
  content: { file: Pieces } | { entries: AsyncIterable<NewEntry> | Iterable<NewEntry> },
  { signal, profile = 'unixfs-v1-2025' }: { signal?: AbortSignal; profile?: Profile } = {},
): Promise<{ cid: CID; sizeBytes: number }> {
  signal?.throwIfAborted()
  let sizeBytes = 0
  const counted = async function* (pieces: Pieces) {
    for await (const piece of pieces) {
      signal?.throwIfAborted()
      sizeBytes += piece.length
      yield piece
    }
  }
  const candidates = async function* (): AsyncGenerator<ImportCandidate> {
    if ('file' in content) yield { content: counted(content.file) }
    else {
      for await (const { path, content: pieces } of content.entries) {
        yield pieces === undefined ? { path } : { path, content: counted(pieces) }
      }
    }
  }
  let root: CID | undefined
  const writing = writeBehind(blocks, hold)
  const store = { put: (cid: CID, bytes: Uint8Array) => writing.put(cid.toV1(), bytes).then(() => cid) }
  const options = {
    profile,
    wrapWithDirectory: 'entries' in content,
    blockWriteConcurrency: BLOCKS_AT_ONCE,
    fileImportConcurrency: FILES_AT_ONCE,
  }
  try {
    for await (const entry of importer(candidates(), store as Parameters<typeof importer>[1], options)) root = entry.cid
    await writing.flush()
  } finally {
    await writing.settle()
  }
  if (root === undefined) throw new RangeError('the importer gave nothing')
  return { cid: root.toV1(), sizeBytes }
}

/** Bytes in pieces that are no larger than a block. */
export function* sliced(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
}
