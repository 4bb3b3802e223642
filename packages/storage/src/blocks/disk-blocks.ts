import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { diskError, storageFull } from '../content-errors.ts'
import { EVICT_TO, MAX_BLOCK_BYTES, TOUCH_INTERVAL_MS } from '../limits.ts'
import { isBlock } from './block-cid.ts'
import type { Blocks } from './blocks.ts'
import { chooseVictims } from './choose-victims.ts'

export type DiskBlocksOptions = {
  path: string
  maxBytes: number
  /** Keys of blocks that stay, asked for before an eviction. */
  pinned: () => Promise<{ keys: ReadonlySet<string>; isCurrent: () => boolean }>
}

type Entry = { sizeBytes: number; lastUsedMs: number; storedUseMs: number; synced: boolean }

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'.split('')

/** What a block takes on the disk. */
const footprint = (sizeBytes: number): number => Math.ceil(sizeBytes / 4096) * 4096

/**
 * Blocks as files: `blocks/<letter>/<CID>`, written elsewhere and renamed, so that a killed process leaves none
 * half. Nothing is synced before `sync` asks for it, because every read checks the hash: after a power cut a spoiled
 * block is found out, removed and fetched again, which costs less than 5 ms of waiting for every block written.
 * One process a folder; the node's lock sees to that.
 */
export async function diskBlocks({ path, maxBytes, pinned }: DiskBlocksOptions): Promise<Blocks> {
  const root = join(path, 'blocks')
  const scratch = join(path, 'scratch')
  const entries = new Map<string, Entry>()
  const holds = new Set<Set<string>>()
  /** Blocks that are being written or removed. */
  const pending = new Map<string, Promise<void>>()
  const touches = new Set<Promise<void>>()
  let usedBytes = 0
  let scratchNames = 0
  let evicting: Promise<void> = Promise.resolve()
  /** Never twice the same, so that what is used together is evicted in order. */
  let clockMs = 0
  const now = (): number => {
    clockMs = Math.max(clockMs + 0.001, Date.now())
    return clockMs
  }

  // The last letter but one: the first are the same for all CIDs, and the last is one of eight.
  const folderOf = (key: string): string => join(root, key.at(-2) ?? '')
  const fileOf = (key: string): string => join(folderOf(key), key)

  await rm(scratch, { recursive: true, force: true })
  await mkdir(scratch, { recursive: true })
  await Promise.all(BASE32.map((letter) => mkdir(join(root, letter), { recursive: true })))
  for (const folder of BASE32) {
    const keys = await readdir(join(root, folder))
    await Promise.all(
      keys.map(async (key) => {
        const { size: sizeBytes, mtimeMs } = await stat(join(root, folder, key))
        entries.set(key, { sizeBytes, lastUsedMs: mtimeMs, storedUseMs: mtimeMs, synced: false })
        usedBytes += footprint(sizeBytes)
      }),
    )
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
      .then(() => unlink(fileOf(key)))
      .catch(() => {})
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

  const write = async (key: string, bytes: Uint8Array): Promise<void> => {
    const scratchFile = join(scratch, String(scratchNames++))
    try {
      const file = await open(scratchFile, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
      } finally {
        await file.close()
      }
      await rename(scratchFile, fileOf(key))
    } catch (cause) {
      await rm(scratchFile, { force: true }).catch(() => {})
      throw diskError(path, cause)
    }
  }

  const add = async (key: string, bytes: Uint8Array): Promise<void> => {
    const takenBytes = footprint(bytes.length)
    usedBytes += takenBytes
    try {
      if (usedBytes > maxBytes) await makeRoom()
      await write(key, bytes)
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
    const stored = utimes(fileOf(key), entry.lastUsedMs / 1000, entry.lastUsedMs / 1000)
      .catch(() => {})
      .finally(() => touches.delete(stored))
    touches.add(stored)
  }

  return {
    sizeOf: (cid) => entries.get(cid.toString())?.sizeBytes ?? null,

    get: async (cid) => {
      const key = cid.toString()
      const entry = entries.get(key)
      if (entry === undefined) return null
      const bytes = await read(fileOf(key), entry.sizeBytes)
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
      const folders = new Set(fresh.map(folderOf))
      await Promise.all(fresh.map((key) => syncToDisk(fileOf(key))))
      await Promise.all([...folders].map(syncToDisk))
      for (const key of fresh) Object.assign(entries.get(key) ?? {}, { synced: true })
    },

    settle: async () => {
      await evicting
      await Promise.allSettled([...pending.values(), ...touches])
    },
  }
}

/** Null where the file is gone or has another size. */
async function read(path: string, sizeBytes: number): Promise<Uint8Array | null> {
  if (sizeBytes > MAX_BLOCK_BYTES) return null
  const file = await open(path, constants.O_RDONLY).catch(() => null)
  if (file === null) return null
  try {
    const bytes = Buffer.allocUnsafe(sizeBytes)
    let have = 0
    while (have < sizeBytes) {
      const { bytesRead } = await file.read(bytes, have, sizeBytes - have, have)
      if (bytesRead === 0) return null
      have += bytesRead
    }
    return bytes
  } catch {
    return null
  } finally {
    await file.close()
  }
}

async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY).catch((cause: NodeJS.ErrnoException) => {
    // A block that somebody took away is missing when it is read, and fetched again.
    if (cause.code === 'ENOENT') return null
    throw diskError(path, cause)
  })
  if (file === null) return
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
