import type { CID } from 'multiformats/cid'
import { isLeaf } from '../blocks/block-cid.ts'
import { contentRefused } from '../content-errors.ts'
import { MAX_TREE_BLOCKS, MAX_TREE_DEPTH, MAX_TREE_ENTRIES } from '../limits.ts'
import type { TreeNode } from './node.ts'
import type { TreeReader } from './tree-reader.ts'

export type TreeReport = {
  /** Bytes of all files as they would lie on a disk. */
  sizeBytes: number
  /** Every block of it once. */
  blocks: CID[]
  /** The first block that is not here, or null where the tree is whole. */
  missing: CID | null
}

/** What hangs below a block, counted as often as it appears. */
type Extent = { sizeBytes: number; entries: number; levels: number }

const NOTHING: Extent = { sizeBytes: 0, entries: 0, levels: 0 }

/**
 * Walks every node of a tree once and the bytes of no file. Sizes are counted as often as content appears, so that a
 * small tree which would unfold to a giant is found out here and not on the disk.
 *
 * @throws {GolemError} `CONTENT_REFUSED` for a tree that no disk should get
 */
export async function inspectTree({ blocks, node: read }: TreeReader, root: CID): Promise<TreeReport> {
  const known = new Map<string, Extent>()
  const seen: CID[] = []
  let missing: CID | null = null
  let visits = 0
  const refuse = (because: string) => contentRefused(root.toString(), because)

  const fileBytes = async (cid: CID, declaredBytes: number, depth: number): Promise<Extent> => {
    const extent = await visit(cid, depth, 'in a file')
    if (missing === null && extent.sizeBytes !== declaredBytes) throw refuse(`the size of ${cid} is not as declared`)
    return extent
  }

  const below = async (node: TreeNode, depth: number, names: Set<string>): Promise<Extent> => {
    const extent = { ...NOTHING }
    const add = ({ sizeBytes, entries, levels }: Extent) => {
      extent.sizeBytes += sizeBytes
      extent.entries += entries
      extent.levels = Math.max(extent.levels, levels + 1)
    }
    if (node.kind === 'file') {
      extent.sizeBytes = node.inline.length
      for (const part of node.parts) add(await fileBytes(part.cid, part.sizeBytes, depth))
      return extent
    }
    for (const { name, cid } of node.entries) {
      if (names.has(name)) throw refuse(`two entries of a folder are named ${JSON.stringify(name)}`)
      names.add(name)
      const entry = await visit(cid, depth, 'in a folder')
      add({ ...entry, entries: entry.entries + 1 })
    }
    for (const shard of node.kind === 'shard' ? node.shards : []) {
      // No name holds a slash, so that one set serves for both.
      if (names.has(`/${shard}`)) throw refuse('a part of a folder appears twice in it')
      names.add(`/${shard}`)
      add(await visit(shard, depth, names))
    }
    return extent
  }

  /** `place` is the set of names so far where the block continues a folder. */
  const visit = async (cid: CID, depth: number, place: 'in a file' | 'in a folder' | Set<string>): Promise<Extent> => {
    const key = cid.toString()
    const done = known.get(key)
    const sizeBytes = blocks.sizeOf(cid)
    // A continued folder is walked again, because its names count where it stands.
    if (done === undefined) seen.push(cid)
    else if (!(place instanceof Set)) return done
    if (++visits > MAX_TREE_BLOCKS) throw refuse(`it has more than ${MAX_TREE_BLOCKS} blocks`)
    if (depth > MAX_TREE_DEPTH) throw refuse(`it is deeper than ${MAX_TREE_DEPTH} levels`)
    let extent = NOTHING
    if (sizeBytes === null) missing ??= cid
    else if (isLeaf(cid)) {
      if (place instanceof Set) throw refuse('a part of a folder is a file')
      blocks.touch(cid)
      extent = { sizeBytes, entries: 0, levels: 0 }
    } else {
      blocks.touch(cid)
      const node = await read(cid)
      if (node === null) missing ??= cid
      else {
        if (place === 'in a file' && node.kind !== 'file') throw refuse('a part of a file is a folder')
        if (place instanceof Set && node.kind !== 'shard') throw refuse('a part of a folder is no folder')
        extent = await below(node, depth + 1, place instanceof Set ? place : new Set())
        if (depth + extent.levels > MAX_TREE_DEPTH) throw refuse(`it is deeper than ${MAX_TREE_DEPTH} levels`)
        if (extent.entries > MAX_TREE_ENTRIES) throw refuse(`it has more than ${MAX_TREE_ENTRIES} entries`)
      }
    }
    known.set(key, extent)
    return extent
  }

  const { sizeBytes } = await visit(root, 0, 'in a folder')
  return { sizeBytes, blocks: seen, missing }
}
