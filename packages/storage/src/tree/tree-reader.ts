import type { CID } from 'multiformats/cid'
import type { Blocks } from '../blocks/blocks.ts'
import { CACHED_LINKS } from '../limits.ts'
import { decodeNode } from './decode-node.ts'
import { childrenOf, type TreeNode } from './node.ts'

/** Decoded nodes of the blocks that are here. */
export type TreeReader = {
  readonly blocks: Blocks
  /** Null where the block is not here. @throws {GolemError} `CONTENT_REFUSED` */
  node(cid: CID): Promise<TreeNode | null>
}

/** Remembers decoded nodes, up to `CACHED_LINKS` links: trees are walked again and again. */
export function treeReader(blocks: Blocks): TreeReader {
  /** Oldest first. */
  const cache = new Map<string, { node: TreeNode; links: number }>()
  let links = 0
  return {
    blocks,
    node: async (cid) => {
      if (blocks.sizeOf(cid) === null) return null
      const key = cid.toString()
      const cached = cache.get(key)
      if (cached !== undefined) return cached.node
      const bytes = await blocks.get(cid)
      if (bytes === null) return null
      const node = decodeNode(cid, bytes)
      const cost = 1 + childrenOf(node).length + (node.kind === 'file' ? node.inline.length / 64 : 0)
      if (!cache.has(key)) links += cost
      cache.set(key, { node, links: cost })
      for (const [oldest, { links: freed }] of cache) {
        if (links <= CACHED_LINKS) break
        cache.delete(oldest)
        links -= freed
      }
      return node
    },
  }
}
