import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it. Not by `mkdir`'s `recursive`, which never comes back where a folder that exists
 * answers ENOENT, as /proc does (seen with Node 24.21).
 *
 * @throws the file system's error
 */
export async function makeFolder(path: string, options: { mode: number } = { mode: 0o777 }): Promise<void> {
  const make = () => mkdir(path, options)
  try {
    await make()
  } catch (error) {
    if (await isFolder(path)) return
    const parent = dirname(path)
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT') || (await isFolder(parent))) throw error
    await makeFolder(parent, options)
    await make()
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
