import type { CID } from 'multiformats/cid'

/** A part of a file's content, in its order. */
export type FilePart = { cid: CID; sizeBytes: number }

/** What a block that is no leaf says. */
export type TreeNode =
  /** `inline` comes before the parts. */
  | { kind: 'file'; inline: Uint8Array; parts: readonly FilePart[]; sizeBytes: number }
  | { kind: 'folder'; entries: readonly { name: string; cid: CID }[] }
  /** A part of a folder with very many entries; `shards` are further parts of the same folder. */
  | { kind: 'shard'; entries: readonly { name: string; cid: CID }[]; shards: readonly CID[] }

/** What a node links to. */
export const childrenOf = (node: TreeNode): CID[] => {
  if (node.kind === 'file') return node.parts.map((part) => part.cid)
  const entries = node.entries.map((entry) => entry.cid)
  return node.kind === 'shard' ? [...node.shards, ...entries] : entries
}
