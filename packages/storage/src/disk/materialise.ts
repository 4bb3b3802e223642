import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import { isLeaf } from '../blocks/block-cid.ts'
import { listFolder } from '../tree/list-folder.ts'
import { readFile } from '../tree/read-file.ts'
import type { TreeReader } from '../tree/tree-reader.ts'
import { appearWhole } from './appear-whole.ts'

const FILES_AT_ONCE = 4

/**
 * Writes a tree that was inspected to the disk; it appears whole or not at all.
 *
 * @throws {GolemError} `TARGET_EXISTS`, `CONTENT_UNAVAILABLE`, `STORAGE_FULL` where the disk is
 */
export async function materialise(reader: TreeReader, root: CID, target: string, signal?: AbortSignal): Promise<void> {
  await appearWhole(target, (partial) => write(reader, root, partial, signal), signal)
}

async function write(reader: TreeReader, root: CID, target: string, signal?: AbortSignal): Promise<void> {
  const entries = isLeaf(root) ? null : await listFolder(reader, root)
  if (entries === null) return writeFile(reader, root, target, signal)
  await mkdir(target)
  const waiting = entries.values()
  const work = async () => {
    for (const { name, cid } of waiting) await write(reader, cid, join(target, name), signal)
  }
  // All of them end before an error is told, so that nothing is written into a tree that is being removed.
  const ended = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, work))
  for (const each of ended) if (each.status === 'rejected') throw each.reason
}

async function writeFile(reader: TreeReader, cid: CID, target: string, signal?: AbortSignal): Promise<void> {
  // Exclusive: where a file system takes two names for one, the second fails instead of replacing the first.
  const file = await open(target, 'wx', 0o644)
  try {
    for await (const bytes of readFile(reader, cid, signal)) await file.writeFile(bytes)
  } finally {
    await file.close()
  }
}
