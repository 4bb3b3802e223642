import { lstat, opendir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Limits } from '@golem/protocol'

/** Left free on the host's disk, whatever a program may write: files it deleted but holds open are in no folder. */
export const DISK_RESERVE_BYTES = 1024 ** 3

/** A little more than a program's own files: folders, and what it is just renaming. */
const SPARE_ENTRIES = 64

/** Space reserved past a file's end counts; a block that is not full does not. */
const BLOCK_SLACK_BYTES = 64 * 1024

export type Overrun = { name: 'outputBytes' | 'outputFiles'; allowed: number; used: number }

/**
 * Looks once at what a program has written: the sum over its writable folders, and the room left on their disk. The
 * kernel bounds each file (RLIMIT_FSIZE), this their sum; between two looks a program can write more.
 *
 * @returns the bound that was passed, or null
 */
export async function findOverrun(
  folders: readonly string[],
  limits: Pick<Limits, 'outputBytes' | 'outputFiles'>,
): Promise<Overrun | null> {
  const entriesAllowed = 2 * limits.outputFiles + SPARE_ENTRIES
  let bytes = 0
  let entries = 0
  const left = [...folders]
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    // The program changes the folder while we look: what went is not counted.
    const listing = await opendir(folder).catch(() => null)
    if (listing === null) continue
    for await (const entry of listing) {
      entries += 1
      if (entries > entriesAllowed) return { name: 'outputFiles', allowed: limits.outputFiles, used: entries }
      const path = join(folder, entry.name)
      const found = await lstat(path).catch(() => null)
      if (found?.isDirectory()) left.push(path)
      else if (found !== null) bytes += Math.max(found.size, found.blocks * 512 - BLOCK_SLACK_BYTES)
      if (bytes > limits.outputBytes) return { name: 'outputBytes', allowed: limits.outputBytes, used: bytes }
    }
  }
  for (const folder of folders) {
    const disk = await statfs(folder).catch(() => null)
    const free = disk === null ? Number.POSITIVE_INFINITY : disk.bavail * disk.bsize
    if (free < DISK_RESERVE_BYTES) return { name: 'outputBytes', allowed: limits.outputBytes, used: bytes }
  }
  return null
}
