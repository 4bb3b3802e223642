import type { CID } from 'multiformats/cid'
import { contentUnavailable } from '../content-errors.ts'
import type { TreeReader } from './tree-reader.ts'

type Entry = { name: string; cid: CID }

/** The entries of a folder, parts of large ones included, or null where the CID is a file. */
export async function listFolder(reader: TreeReader, cid: CID): Promise<Entry[] | null> {
  const node = await reader.node(cid)
  if (node === null) throw contentUnavailable(cid.toString())
  if (node.kind === 'file') return null
  const entries: Entry[] = [...node.entries]
  for (const shard of node.kind === 'shard' ? node.shards : []) {
    for (const entry of (await listFolder(reader, shard)) ?? []) entries.push(entry)
  }
  return entries
}
