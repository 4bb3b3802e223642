import { readdirSync, readFileSync } from 'node:fs'

/**
 * Files that the kernel makes as they are read, without a disk: to wait for one takes ten times as long as to read it, and
 * what a program used is asked for before and after every subtask.
 *
 * @returns '' for a file that is not there, or not any more
 */
export function kernelFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The same for the names in a folder. */
export function kernelFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** The same for the folders in a folder. */
export function kernelSubfolders(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch {
    return []
  }
}
