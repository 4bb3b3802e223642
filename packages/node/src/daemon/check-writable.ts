import { mkdtemp, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GolemError } from '@golem/protocol'

/**
 * Makes sure that files can be put into a folder that may not exist yet, by making one in the nearest that does:
 * permission bits say nothing to root.
 *
 * @throws {GolemError} `FOLDER_UNWRITABLE`
 */
export async function checkWritable(folder: string): Promise<void> {
  try {
    await rmdir(await mkdtemp(join(await nearestFolder(folder), '.golem-')))
  } catch (cause) {
    throw new GolemError({
      code: 'FOLDER_UNWRITABLE',
      message: `Nothing can be written into ${folder}.`,
      remedy: 'Choose another folder with --out, or change its permissions.',
      cause,
    })
  }
}

async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  if (found?.isDirectory()) return path
  if (found || dirname(path) === path) throw new RangeError(`${path} is no folder`)
  return nearestFolder(dirname(path))
}
