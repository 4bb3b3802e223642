import { lstat, opendir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Limits } from '@golem/protocol'

/** Left free on the host's disk, whatever a program may write: files it deleted but holds open are in no folder. */
export const DISK_RESERVE_BYTES = 1024 ** 3

/** Results of so many subtasks may wait to be collected; each is measured again, exactly, when it is. */
const WAITING_SUBTASKS = 4

/** Folders, and what is just being renamed. */
const SPARE_ENTRIES = 64

/** Space reserved past a file's end counts; a block that is not full does not. */
const BLOCK_SLACK_BYTES = 64 * 1024

export type Overrun = { name: 'diskBytes' | 'outputFiles'; allowed: number; used: number }

/**
 * Looks once at what a program has written: the sum over its writable folders, and the room left on their disk. The
 * kernel bounds each file (RLIMIT_FSIZE), this their sum; between two looks a program can write more.
 *
 * @returns the bound that was passed, or null
 */
export async function findOverrun(
  folders: readonly string[],
  limits: Pick<Limits, 'diskBytes' | 'outputFiles'>,
): Promise<Overrun | null> {
  const filesAllowed = WAITING_SUBTASKS * limits.outputFiles
  const bytesAllowed = limits.diskBytes
  let bytes = 0
  let entries = 0
  const left = [...folders]
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    // The program changes the folder while we look: what went is not counted.
    const listing = await opendir(folder).catch(() => null)
    if (listing === null) continue
    for await (const entry of listing) {
      entries += 1
      if (entries > 2 * filesAllowed + SPARE_ENTRIES)
        return { name: 'outputFiles', allowed: filesAllowed, used: entries }
      const path = join(folder, entry.name)
      const found = await lstat(path).catch(() => null)
      if (found?.isDirectory()) left.push(path)
      else if (found !== null) bytes += Math.max(found.size, found.blocks * 512 - BLOCK_SLACK_BYTES)
      if (bytes > bytesAllowed) return { name: 'diskBytes', allowed: bytesAllowed, used: bytes }
    }
  }
  for (const folder of folders) {
    const disk = await statfs(folder).catch(() => null)
    const free = disk === null ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize
    if (free < DISK_RESERVE_BYTES) return { name: 'diskBytes', allowed: bytesAllowed, used: bytes }
  }
  return null
}
