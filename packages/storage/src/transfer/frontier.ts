import type { CID } from 'multiformats/cid'
import { isLeaf } from '../blocks/block-cid.ts'
import type { Hold } from '../blocks/blocks.ts'
import { contentTooLarge } from '../content-errors.ts'
import { MAX_SKELETON_BYTES, MAX_TREE_BLOCKS } from '../limits.ts'
import { childrenOf, type TreeNode } from '../tree/node.ts'
import type { TreeReader } from '../tree/tree-reader.ts'

/** How far a fetched tree is known, and what of it is not here. */
export type Frontier = {
  /** Blocks to ask for, nodes before leaves; those that `asked` says are on their way are left out. */
  missing(asked: (key: string) => boolean, count: number): CID[]
  isWhole(): boolean
  /** `here`, `missing`, or `foreign`: no known node of this tree links to it. */
  place(cid: CID): 'here' | 'missing' | 'foreign'
  /** Takes note of a verified block, which need not be on the disk yet. The children of a node become known. */
  arrived(cid: CID, bytes: Uint8Array): Promise<void>
  /** How many blocks have arrived. */
  arrivals(): number
}

/**
 * Walks what is here of a tree. Everything it finds is held.
 *
 * @throws {GolemError} `CONTENT_TOO_LARGE` as soon as the sizes that its own nodes declare pass `maxBytes`;
 * `CONTENT_REFUSED`
 */
export async function frontierOf(
  reader: TreeReader,
  { root, hold, maxBytes }: { root: CID; hold: Hold; maxBytes: number },
): Promise<Frontier> {
  const seen = new Set<string>()
  const nodes = new Map<string, CID>()
  const leaves = new Map<string, CID>()
  let arrivals = 0
  let nodeBytes = 0
  let declaredBytes = 0
  let arrivedBytes = 0

  const limit = (sizeBytes: number, maximumBytes = maxBytes): void => {
    if (sizeBytes > maximumBytes) throw contentTooLarge(root.toString(), sizeBytes, maxBytes)
  }

  const discover = async (first: readonly CID[]): Promise<void> => {
    const queue = [...first]
    for (const cid of queue) {
      const key = cid.toString()
      if (seen.has(key)) continue
      seen.add(key)
      if (seen.size > MAX_TREE_BLOCKS) throw contentTooLarge(root.toString(), declaredBytes, maxBytes)
      hold.add(cid)
      if (isLeaf(cid)) {
        if (reader.blocks.sizeOf(cid) === null) leaves.set(key, cid)
        continue
      }
      const node = await reader.node(cid)
      if (node === null) nodes.set(key, cid)
      else for (const child of expand(node)) queue.push(child)
    }
  }

  const expand = (node: TreeNode): CID[] => {
    if (node.kind === 'file') {
      limit(node.sizeBytes)
      for (const part of node.parts) {
        if (isLeaf(part.cid) && !seen.has(part.cid.toString())) declaredBytes += part.sizeBytes
      }
      limit(declaredBytes)
    }
    return childrenOf(node)
  }

  await discover([root])
  return {
    missing: (asked, count) => {
      const found: CID[] = []
      for (const [key, cid] of nodes.size > 0 ? nodes : leaves) {
        if (found.length === count) break
        if (!asked(key)) found.push(cid)
      }
      return found
    },
    isWhole: () => nodes.size === 0 && leaves.size === 0,
    place: (cid) => {
      const key = cid.toString()
      if (!seen.has(key)) return 'foreign'
      return nodes.has(key) || leaves.has(key) ? 'missing' : 'here'
    },
    arrived: async (cid, bytes) => {
      arrivals++
      if (leaves.delete(cid.toString())) {
        arrivedBytes += bytes.length
        limit(arrivedBytes)
      } else if (nodes.delete(cid.toString())) {
        nodeBytes += bytes.length
        limit(nodeBytes, MAX_SKELETON_BYTES + maxBytes)
        await discover(expand(reader.learn(cid, bytes)))
      }
    },
    arrivals: () => arrivals,
  }
}
