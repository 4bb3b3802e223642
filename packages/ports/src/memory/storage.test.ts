import { storageCompliance } from '../compliance/storage.ts'
import { type MemoryDisk, type MemoryStorage, memoryStorage } from './storage.ts'

storageCompliance('in memory', async ({ maxBytes }) => {
  const hub = new Map<string, MemoryStorage>()
  const disk: MemoryDisk = new Map()
  const makeFolder = async (path: string) => {
    for (const end of [...path.matchAll(/\//g)].map((found) => found.index))
      if (end > 0) disk.set(path.slice(0, end), null)
    disk.set(path, null)
  }
  return {
    alice: memoryStorage({ peerId: 'alice', hub, disk }, { maxBytes }),
    bob: memoryStorage({ peerId: 'bob', hub, disk }, { maxBytes }),
    aliceContact: { peerId: 'alice', addresses: [] },
    bobContact: { peerId: 'bob', addresses: [] },
    nobody: { peerId: 'nobody', addresses: [] },
    disk: {
      folder: '/disk',
      write: async (path, bytes) => {
        await makeFolder(path.slice(0, path.lastIndexOf('/')))
        disk.set(path, bytes)
      },
      makeFolder,
      read: async (path) => disk.get(path) ?? null,
      list: async (path) =>
        disk.has(path)
          ? [...disk]
              .filter(([each]) => each.startsWith(`${path}/`))
              .map(([each, bytes]) => each.slice(path.length + 1) + (bytes === null ? '/' : ''))
              .sort()
          : null,
    },
    remove: async () => {},
  }
})
