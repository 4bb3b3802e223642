import type { BlockMedium } from './medium.ts'

/** Blocks in memory: what a browser's tab uses, and gone with it. */
export function memoryMedium(): BlockMedium {
  const all = new Map<string, Uint8Array>()
  return {
    stored: [],
    footprint: (sizeBytes) => sizeBytes,
    read: async (key, sizeBytes) => {
      const bytes = all.get(key)
      return bytes?.length === sizeBytes ? bytes : null
    },
    // A copy: what is handed over may be a view into a larger message, which would stay with it.
    write: async (key, bytes) => void all.set(key, bytes.slice()),
    remove: async (key) => void all.delete(key),
    touch: async () => {},
    sync: async () => {},
  }
}
