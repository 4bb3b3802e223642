import { randomBytes } from 'node:crypto'
import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { GolemError } from '@golem/protocol'
import { diskError } from './disk-error.ts'

/**
 * Makes a file or a folder beside its target and renames it, so that it appears whole or not at all. A killed process
 * leaves `.<name>.<random>.partial` beside the target. Nothing is synced.
 *
 * @throws {GolemError} `TARGET_EXISTS`, `STORAGE_FULL`, `STORAGE_FAILED`, and what `make` throws
 */
export async function appearWhole<T>(
  target: string,
  make: (partial: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted()
  if (await exists(target)) {
    throw new GolemError({
      code: 'TARGET_EXISTS',
      message: `${target} exists already.`,
      remedy: 'Choose another place, or remove it.',
      data: { target },
    })
  }
  const partial = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.partial`)
  try {
    await mkdir(dirname(target), { recursive: true })
    const made = await make(partial)
    await rename(partial, target)
    return made
  } catch (cause) {
    await rm(partial, { recursive: true, force: true })
    throw diskError(target, cause)
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
