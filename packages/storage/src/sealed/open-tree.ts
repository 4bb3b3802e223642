import type { CID } from 'multiformats/cid'
import { isLeaf } from '../blocks/block-cid.ts'
import { contentRefused } from '../content-errors.ts'
import { MAX_SKELETON_BYTES } from '../limits.ts'
import { listFolder } from '../tree/list-folder.ts'
import { readFile } from '../tree/read-file.ts'
import type { TreeReader } from '../tree/tree-reader.ts'
import { contentKeyWrong } from './content-key-wrong.ts'
import { INDEX_NAME, readSealedIndex } from './sealed-index.ts'
import type { Sealer } from './sealer.ts'

export type OpenedTree = {
  files: { path: string; read(): AsyncGenerator<Uint8Array> }[]
  /** Such as have no entries. */
  folders: string[]
}

/**
 * What is in a sealed tree that is here and whole. Files are opened as they are read.
 *
 * @throws {GolemError} `CONTENT_KEY_WRONG`, `CONTENT_REFUSED`
 */
export async function openTree(
  reader: TreeReader,
  root: CID,
  sealer: Sealer,
  signal?: AbortSignal,
): Promise<OpenedTree> {
  const entries = new Map(
    (isLeaf(root) ? [] : ((await listFolder(reader, root)) ?? [])).map(({ name, cid }) => [name, cid]),
  )
  const open = (name: string) => {
    const cid = entries.get(name)
    if (cid === undefined) throw contentKeyWrong()
    return sealer.open(name, readFile(reader, cid, signal))
  }
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  for await (const piece of open(INDEX_NAME)) {
    sizeBytes += piece.length
    if (sizeBytes > MAX_SKELETON_BYTES) throw contentRefused(root.toString(), 'its index is too large')
    pieces.push(piece)
  }
  const { files, folders } = readSealedIndex(root.toString(), new Uint8Array(await new Blob(pieces).arrayBuffer()))
  const opened = files.map(async (path) => {
    const name = await sealer.nameOf(path)
    return { path, read: () => open(name) }
  })
  return { files: await Promise.all(opened), folders }
}
