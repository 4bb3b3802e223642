import type { Blocks, Hold } from '../src/blocks/blocks.ts'
import { contentOfPath } from '../src/disk/content-of-path.ts'
import { importTree, type Profile, sliced } from '../src/tree/import-tree.ts'

/** Adds a file or folder of the disk, or bytes, to blocks. */
export const addPathTo = async (
  blocks: { blocks: Blocks; hold: Hold },
  content: string | Uint8Array,
  options: { profile?: Profile } = {},
) =>
  importTree(blocks, content instanceof Uint8Array ? { file: sliced(content) } : await contentOfPath(content), options)
