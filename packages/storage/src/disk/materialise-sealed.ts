import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { OpenedTree } from '../sealed/open-tree.ts'
import { appearWhole } from './appear-whole.ts'

/**
 * Writes what is in a sealed tree to the disk, opened; it appears whole or not at all.
 *
 * @throws {GolemError} `TARGET_EXISTS`, `CONTENT_UNAVAILABLE`, `CONTENT_KEY_WRONG`, `STORAGE_FULL` where the disk is
 */
export async function materialiseSealed(
  { files, folders }: OpenedTree,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  const write = async (partial: string): Promise<void> => {
    const isFile = files[0]?.path === ''
    if (!isFile) await mkdir(partial)
    for (const folder of folders) await mkdir(join(partial, folder), { recursive: true })
    for (const { path, read } of files) {
      const place = join(partial, path)
      if (!isFile) await mkdir(dirname(place), { recursive: true })
      const file = await open(place, 'wx', 0o644)
      try {
        for await (const bytes of read()) await file.writeFile(bytes)
      } finally {
        await file.close()
      }
    }
  }
  await appearWhole(target, write, signal)
}
