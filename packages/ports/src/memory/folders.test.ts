import { foldersCompliance } from '../compliance/folders.ts'
import { memoryFolders } from './folders.ts'
import type { MemoryDisk } from './storage.ts'

foldersCompliance('in memory', async () => {
  const disk: MemoryDisk = new Map([['/person', null]])
  return {
    folders: memoryFolders(disk, { base: '/node' }),
    person: '/person',
    write: async (path, text) => {
      const parts = path.split('/')
      for (const end of parts.keys()) if (end > 1) disk.set(parts.slice(0, end).join('/'), null)
      disk.set(path, new TextEncoder().encode(text))
    },
    read: async (path) => {
      const bytes = disk.get(path)
      return bytes ? new TextDecoder().decode(bytes) : null
    },
    list: async (path) =>
      [
        ...new Set(
          [...disk.keys()]
            .filter((each) => each.startsWith(`${path}/`))
            .map((each) => each.slice(path.length + 1).split('/')[0] ?? ''),
        ),
      ].sort(),
    remove: async () => {},
  }
})
