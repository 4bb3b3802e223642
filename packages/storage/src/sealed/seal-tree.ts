import type { NewEntry, Pieces } from '../tree/import-tree.ts'
import { INDEX_NAME, type SealedIndex } from './sealed-index.ts'
import type { Sealer } from './sealer.ts'

/**
 * The entries of a sealed tree: every file under a name that says nothing, and the index that tells the paths, sealed like
 * the files. Folders do not show.
 */
export async function* sealTree(
  sealer: Sealer,
  content: { file: Pieces } | { entries: AsyncIterable<NewEntry> | Iterable<NewEntry> },
): AsyncGenerator<NewEntry> {
  const index: SealedIndex = { files: [], folders: [] }
  for await (const { path, content: pieces } of 'file' in content
    ? [{ path: '', content: content.file }]
    : content.entries) {
    if (pieces === undefined) {
      index.folders.push(path)
      continue
    }
    index.files.push(path)
    const name = await sealer.nameOf(path)
    yield { path: name, content: sealer.seal(name, pieces) }
  }
  // In whatever order a disk lists them.
  const sorted: SealedIndex = { files: index.files.toSorted(), folders: index.folders.toSorted() }
  const bytes = new TextEncoder().encode(JSON.stringify(sorted))
  yield { path: INDEX_NAME, content: sealer.seal(INDEX_NAME, [bytes]) }
}
