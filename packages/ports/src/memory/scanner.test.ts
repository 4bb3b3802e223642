import { scannerCompliance } from '../compliance/scanner.ts'
import { memoryScanner } from './scanner.ts'
import type { MemoryDisk } from './storage.ts'

scannerCompliance('memory', async () => {
  const disk: MemoryDisk = new Map([['/place', null]])
  return {
    scanner: memoryScanner(disk),
    folder: '/place',
    write: async (name, text) => {
      disk.set(`/place/${name}`, new TextEncoder().encode(text))
    },
    remove: async () => undefined,
  }
})
