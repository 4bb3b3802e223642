import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlockMedium, StoredBlock } from '../blocks/medium.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { diskError } from './disk-error.ts'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'.split('')
/** What file systems give out at once. */
const PAGE_BYTES = 4096

/**
 * Blocks as files: `blocks/<letter>/<CID>`, written elsewhere and renamed, so that a killed process leaves none
 * half. Nothing is synced before `sync` asks for it, because every read checks the hash: after a power cut a spoiled
 * block is found out, removed and fetched again, which costs less than 5 ms of waiting for every block written.
 * One process a folder; the node's lock sees to that.
 */
export async function diskMedium(path: string): Promise<BlockMedium> {
  const root = join(path, 'blocks')
  const scratch = join(path, 'scratch')
  const stored: StoredBlock[] = []
  let scratchNames = 0

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
        const { size: sizeBytes, mtimeMs: lastUsedMs } = await stat(join(root, folder, key))
        stored.push({ key, sizeBytes, lastUsedMs })
      }),
    )
  }

  return {
    stored,
    footprint: (sizeBytes) => Math.ceil(sizeBytes / PAGE_BYTES) * PAGE_BYTES,
    read: (key, sizeBytes) => read(fileOf(key), sizeBytes),
    write: async (key, bytes) => {
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
    },
    remove: (key) => unlink(fileOf(key)).catch(() => {}),
    touch: (key, lastUsedMs) => utimes(fileOf(key), lastUsedMs / 1000, lastUsedMs / 1000).catch(() => {}),
    sync: async (keys) => {
      const folders = new Set(keys.map(folderOf))
      await Promise.all(keys.map((key) => syncToDisk(fileOf(key))))
      await Promise.all([...folders].map(syncToDisk))
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
