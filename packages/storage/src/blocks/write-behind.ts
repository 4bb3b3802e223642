import type { CID } from 'multiformats/cid'
import { WRITES_IN_FLIGHT } from '../limits.ts'
import type { Blocks, Hold } from './blocks.ts'

/** Puts blocks without waiting for the disk each time. */
export type WriteBehind = {
  /** Resolves when another block may come. @throws what an earlier write threw */
  put(cid: CID, bytes: Uint8Array): Promise<void>
  /** Resolves when all is written. @throws what a write threw */
  flush(): Promise<void>
  /** Resolves when nothing is being written any more, whatever came of it. */
  settle(): Promise<void>
}

/** At most `WRITES_IN_FLIGHT` at once: making a file takes up to 1 ms, and hashing or receiving goes on meanwhile. */
export function writeBehind(blocks: Blocks, hold: Hold): WriteBehind {
  const writes = new Set<Promise<void>>()
  const errors: unknown[] = []
  const check = () => {
    if (errors.length > 0) throw errors[0]
  }
  return {
    put: async (cid, bytes) => {
      check()
      const write: Promise<void> = blocks
        .put(cid, bytes, hold)
        .catch((cause: unknown) => {
          errors.push(cause)
        })
        .finally(() => writes.delete(write))
      writes.add(write)
      if (writes.size >= WRITES_IN_FLIGHT) await Promise.race(writes)
    },
    flush: async () => {
      await Promise.all(writes)
      check()
    },
    settle: async () => {
      await Promise.all(writes)
    },
  }
}
