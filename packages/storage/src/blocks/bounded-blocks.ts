import { storageFull } from '../content-errors.ts'
import { EVICT_TO, TOUCH_INTERVAL_MS } from '../limits.ts'
import { isBlock } from './block-cid.ts'
import type { Blocks } from './blocks.ts'
import { chooseVictims } from './choose-victims.ts'
import type { BlockMedium } from './medium.ts'

/** Keys of blocks that stay, asked for before an eviction. */
export type PinnedBlocks = () => Promise<{ keys: ReadonlySet<string>; isCurrent: () => boolean }>

export type BoundedBlocksOptions = {
  /** What all blocks may take up together. */
  maxBytes: number
}

type Entry = { sizeBytes: number; lastUsedMs: number; storedUseMs: number; synced: boolean }

/**
 * Verified blocks on a medium, within a limit: past it those unused for longest go, never pinned or held ones. Every
 * read checks the hash, so that a block that the medium spoiled is found out, removed, and fetched again.
 */
export function boundedBlocks(
  { medium, pinned }: { medium: BlockMedium; pinned: PinnedBlocks },
  { maxBytes }: BoundedBlocksOptions,
): Blocks {
  const { footprint } = medium
  const entries = new Map<string, Entry>()
  const holds = new Set<Set<string>>()
  /** Blocks that are being written or removed. */
  const pending = new Map<string, Promise<void>>()
  const touches = new Set<Promise<void>>()
  let usedBytes = 0
  let evicting: Promise<void> = Promise.resolve()
  /** Never twice the same, so that what is used together is evicted in order. */
  let clockMs = 0
  const now = (): number => {
    clockMs = Math.max(clockMs + 0.001, Date.now())
    return clockMs
  }

  for (const { key, sizeBytes, lastUsedMs } of medium.stored) {
    entries.set(key, { sizeBytes, lastUsedMs, storedUseMs: lastUsedMs, synced: false })
    usedBytes += footprint(sizeBytes)
  }

  const held = (key: string): boolean => [...holds].some((keys) => keys.has(key))

  const forget = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    usedBytes -= footprint(entry.sizeBytes)
  }

  const remove = (key: string): Promise<void> => {
    forget(key)
    const removal = (pending.get(key) ?? Promise.resolve())
      .then(() => medium.remove(key))
      .finally(() => pending.get(key) === removal && pending.delete(key))
    pending.set(key, removal)
    return removal
  }

  /** One eviction at a time; each looks again whether it is still needed. */
  const makeRoom = (): Promise<void> => {
    const turn = evicting.then(async () => {
      while (usedBytes > maxBytes) {
        const { keys, isCurrent } = await pinned()
        if (!isCurrent()) continue
        const victims = chooseVictims(
          entries.entries().map(([key, { sizeBytes, lastUsedMs }]) => ({
            key,
            sizeBytes: footprint(sizeBytes),
            lastUsedMs,
          })),
          {
            freeBytes: usedBytes - maxBytes * EVICT_TO,
            atLeastBytes: usedBytes - maxBytes,
            kept: (key) => keys.has(key) || held(key),
          },
        )
        if (victims.length === 0) {
          throw storageFull(
            `all of its ${maxBytes} bytes are pinned or in use`,
            'Raise the storage limit, or let finished jobs go.',
          )
        }
        for (const { key } of victims) void remove(key)
      }
    })
    evicting = turn.catch(() => {})
    return turn
  }

  const add = async (key: string, bytes: Uint8Array): Promise<void> => {
    const takenBytes = footprint(bytes.length)
    usedBytes += takenBytes
    try {
      if (usedBytes > maxBytes) await makeRoom()
      await medium.write(key, bytes)
    } catch (cause) {
      usedBytes -= takenBytes
      throw cause
    }
    const at = now()
    entries.set(key, { sizeBytes: bytes.length, lastUsedMs: at, storedUseMs: at, synced: false })
  }

  const touch = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entry.lastUsedMs = now()
    if (entry.lastUsedMs - entry.storedUseMs < TOUCH_INTERVAL_MS) return
    entry.storedUseMs = entry.lastUsedMs
    const stored = medium.touch(key, entry.lastUsedMs).finally(() => touches.delete(stored))
    touches.add(stored)
  }

  return {
    sizeOf: (cid) => entries.get(cid.toString())?.sizeBytes ?? null,

    get: async (cid) => {
      const key = cid.toString()
      const entry = entries.get(key)
      if (entry === undefined) return null
      const bytes = await medium.read(key, entry.sizeBytes)
      if (bytes !== null && (await isBlock(cid, bytes))) {
        touch(key)
        return bytes
      }
      // Only where nobody removed or replaced it in the meantime.
      if (entries.get(key) === entry) await remove(key)
      return null
    },

    put: async (cid, bytes, hold) => {
      const key = cid.toString()
      hold.add(cid)
      for (;;) {
        if (entries.has(key)) return touch(key)
        const busy = pending.get(key)
        if (busy === undefined) break
        await busy.catch(() => {})
      }
      const work = add(key, bytes).finally(() => pending.delete(key))
      pending.set(key, work)
      await work
    },

    hold: () => {
      const keys = new Set<string>()
      holds.add(keys)
      return { add: (cid) => keys.add(cid.toString()), end: () => holds.delete(keys) }
    },

    touch: (cid) => touch(cid.toString()),

    sync: async (cids) => {
      const fresh = [...new Set([...cids].map((cid) => cid.toString()))].filter((key) => !entries.get(key)?.synced)
      await medium.sync(fresh)
      for (const key of fresh) Object.assign(entries.get(key) ?? {}, { synced: true })
    },

    clear: async () => {
      const turn = evicting.then(async () => {
        for (;;) {
          const { keys, isCurrent } = await pinned()
          if (!isCurrent()) continue
          const victims = [...entries].filter(([key]) => !keys.has(key) && !held(key))
          const bytes = victims.reduce((sum, [, { sizeBytes }]) => sum + footprint(sizeBytes), 0)
          await Promise.all(victims.map(([key]) => remove(key)))
          return { blocks: victims.length, bytes }
        }
      })
      evicting = turn.then(
        () => {},
        () => {},
      )
      return turn
    },

    usage: () => ({ blocks: entries.size, usedBytes, maxBytes }),

    settle: async () => {
      await evicting
      await Promise.allSettled([...pending.values(), ...touches])
    },
  }
}
