import { lstat, opendir, readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Limits } from '@golem/protocol'

/** Left free on the host's disk, whatever a program may write. */
export const DISK_RESERVE_BYTES = 1024 ** 3

/** Results of so many subtasks may wait to be collected; each is counted again, exactly, when it is. */
const WAITING_SUBTASKS = 4

/** Folders, and what is just being renamed. */
const SPARE_ENTRIES = 64

/** Space reserved past a file's end counts; a block that is not full does not. */
const BLOCK_SLACK_BYTES = 64 * 1024

type Overrun = { name: 'diskBytes' | 'outputFiles'; allowed: number; used: number }

/** What a program holds, and the bound that was passed, or null. */
export type DiskUse = { bytes: number; overrun: Overrun | null }

/**
 * Looks once at what a program holds on the disk: what is in its writable folders, and what it has deleted and keeps
 * open. The kernel bounds each file (RLIMIT_FSIZE), this their sum; between two looks a program can write more.
 *
 * @param pids the program's processes
 */
export async function measureDisk(
  folders: readonly string[],
  pids: readonly number[],
  limits: Pick<Limits, 'diskBytes' | 'outputFiles'>,
): Promise<DiskUse> {
  const filesAllowed = WAITING_SUBTASKS * limits.outputFiles
  const allowed = limits.diskBytes
  const overrun = (name: Overrun['name'], most: number, used: number) => ({ name, allowed: most, used })
  let bytes = 0
  let entries = 0
  const left = [...folders]
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    // The program changes the folder while we look: what went is not counted.
    const listing = await opendir(folder).catch(() => null)
    if (listing === null) continue
    for await (const entry of listing) {
      entries += 1
      if (entries > 2 * filesAllowed + SPARE_ENTRIES) {
        return { bytes, overrun: overrun('outputFiles', filesAllowed, entries) }
      }
      const path = join(folder, entry.name)
      const found = await lstat(path).catch(() => null)
      if (found?.isDirectory()) left.push(path)
      else if (found !== null) bytes += Math.max(found.size, found.blocks * 512 - BLOCK_SLACK_BYTES)
      if (bytes > allowed) return { bytes, overrun: overrun('diskBytes', allowed, bytes) }
    }
  }
  bytes += await deletedBytes(folders, pids)
  if (bytes > allowed) return { bytes, overrun: overrun('diskBytes', allowed, bytes) }
  for (const folder of folders) {
    const disk = await statfs(folder).catch(() => null)
    const free = disk === null ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize
    if (free < DISK_RESERVE_BYTES) return { bytes, overrun: overrun('diskBytes', allowed, bytes) }
  }
  return { bytes, overrun: null }
}

/** Files that are in no folder any more and still open take room all the same. */
async function deletedBytes(folders: readonly string[], pids: readonly number[]): Promise<number> {
  const disks = new Set<number>()
  for (const folder of folders) {
    const found = await stat(folder).catch(() => null)
    if (found !== null) disks.add(found.dev)
  }
  const sizes = new Map<number, number>()
  for (const pid of pids) {
    for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const found = await stat(`/proc/${pid}/fd/${descriptor}`).catch(() => null)
      if (found?.isFile() && found.nlink === 0 && disks.has(found.dev)) sizes.set(found.ino, found.blocks * 512)
    }
  }
  return [...sizes.values()].reduce((sum, each) => sum + each, 0)
}
