import { decode, type PBNode } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import { toBlockCid } from '../blocks/block-cid.ts'
import { contentRefused } from '../content-errors.ts'
import { nameFault } from './name-fault.ts'
import type { TreeNode } from './node.ts'

/**
 * Reads a UnixFS node that may come from anybody: only files and folders, only names that stay in their folder.
 *
 * @see https://specs.ipfs.tech/unixfs/
 * @throws {GolemError} `CONTENT_REFUSED`
 */
export function decodeNode(cid: CID, bytes: Uint8Array): TreeNode {
  const refuse = (because: string) => contentRefused(cid.toString(), because)
  const { node, unixfs } = parse(bytes) ?? {}
  if (node === undefined || unixfs === undefined) throw refuse('it is no UnixFS node')
  const links = node.Links.map((link) => {
    const target = toBlockCid(link.Hash)
    if (target === null) throw refuse(`it links to ${link.Hash}, which is of another kind`)
    return { name: link.Name ?? '', cid: target }
  })
  const entry = ({ name, cid }: { name: string; cid: CID }) => {
    const fault = nameFault(name)
    if (fault !== null) throw refuse(fault)
    return { name, cid }
  }

  switch (unixfs.type) {
    case 'file':
    case 'raw': {
      if (unixfs.blockSizes.length !== links.length) throw refuse('its sizes and its links differ in number')
      const inline = unixfs.data ?? new Uint8Array()
      const parts = links.map(({ cid }, i) => ({ cid, sizeBytes: Number(unixfs.blockSizes[i]) }))
      return {
        kind: 'file',
        inline,
        parts,
        sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, inline.length),
      }
    }
    case 'directory':
      return { kind: 'folder', entries: links.map(entry) }
    case 'hamt-sharded-directory': {
      const fanout = Number(unixfs.fanout ?? 0n)
      if (!(fanout >= 8 && fanout <= 1024)) throw refuse(`its fanout is ${fanout}`)
      const prefix = (fanout - 1).toString(16).length
      const isShard = ({ name }: { name: string }) => name.length === prefix
      return {
        kind: 'shard',
        entries: links
          .filter((link) => !isShard(link))
          .map(({ name, cid }) => entry({ name: name.slice(prefix), cid })),
        shards: links.filter(isShard).map(({ cid }) => cid),
      }
    }
    default:
      throw refuse(`it holds a ${unixfs.type}, and only files and folders are taken`)
  }
}

function parse(bytes: Uint8Array): { node: PBNode; unixfs: UnixFS } | null {
  try {
    const node = decode(bytes)
    return node.Data === undefined ? null : { node, unixfs: UnixFS.unmarshal(node.Data) }
  } catch {
    return null
  }
}
