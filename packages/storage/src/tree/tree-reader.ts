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
  /** Decodes a verified block before it is on the disk. @throws {GolemError} `CONTENT_REFUSED` */
  learn(cid: CID, bytes: Uint8Array): TreeNode
}

/** Remembers decoded nodes, up to `CACHED_LINKS` links: trees are walked again and again. */
export function treeReader(blocks: Blocks): TreeReader {
  /** Oldest first. */
  const cache = new Map<string, { node: TreeNode; links: number }>()
  let links = 0

  const learn = (cid: CID, bytes: Uint8Array): TreeNode => {
    const key = cid.toString()
    const cached = cache.get(key)
    if (cached !== undefined) return cached.node
    // A copy: what stands in a node must outlive the message that brought it.
    const node = decodeNode(cid, bytes.slice())
    const cost = 1 + childrenOf(node).length + (node.kind === 'file' ? node.inline.length / 64 : 0)
    links += cost
    cache.set(key, { node, links: cost })
    for (const [oldest, { links: freed }] of cache) {
      if (links <= CACHED_LINKS) break
      cache.delete(oldest)
      links -= freed
    }
    return node
  }

  return {
    blocks,
    learn,
    node: async (cid) => {
      if (blocks.sizeOf(cid) === null) return null
      const cached = cache.get(cid.toString())
      if (cached !== undefined) return cached.node
      const bytes = await blocks.get(cid)
      return bytes === null ? null : learn(cid, bytes)
    },
  }
}
