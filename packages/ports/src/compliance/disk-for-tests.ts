import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { StoragePair } from './storage.ts'

/** A folder of its own on the real disk, and what compliance tests do in it. */
export async function diskForTests(): Promise<{ disk: StoragePair['disk']; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-storage-'))
  return {
    remove: () => rm(folder, { recursive: true }),
    disk: {
      folder,
      write: async (path, bytes) => {
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, bytes)
      },
      makeFolder: async (path) => {
        await mkdir(path, { recursive: true })
      },
      read: (path) => readFile(path).then((bytes) => new Uint8Array(bytes), absent),
      list: (path) =>
        readdir(path, { recursive: true, withFileTypes: true }).then(
          (found) =>
            found
              .map((each) => join(each.parentPath, each.name).slice(path.length + 1) + (each.isDirectory() ? '/' : ''))
              .sort(),
          absent,
        ),
    },
  }
}

function absent(cause: NodeJS.ErrnoException): null {
  if (cause.code === 'ENOENT') return null
  throw cause
}
