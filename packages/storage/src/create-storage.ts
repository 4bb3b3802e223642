import { mkdir } from 'node:fs/promises'
import type { Network, Storage } from '@golem/ports'
import { type Cid, GolemError, type PeerContact } from '@golem/protocol'
import type { CID } from 'multiformats/cid'
import { parseBlockCid } from './blocks/block-cid.ts'
import { diskBlocks } from './blocks/disk-blocks.ts'
import { contentTooLarge, contentUnavailable, diskError } from './content-errors.ts'
import { addContent } from './disk/add-content.ts'
import { materialise } from './disk/materialise.ts'
import { FETCHES_PER_PEER, STALL_TIMEOUT_MS } from './limits.ts'
import { diskPins } from './pins.ts'
import { channelPool } from './transfer/channel-pool.ts'
import { fetchContent } from './transfer/fetch-content.ts'
import { serveContent } from './transfer/serve-content.ts'
import { turnstile } from './transfer/turnstile.ts'
import { inspectTree, type TreeReport } from './tree/inspect-tree.ts'
import { readFile } from './tree/read-file.ts'
import { treeReader } from './tree/tree-reader.ts'

export type StorageComponents = {
  network: Network
  /** Told of every peer that sent something false in place of what it was asked for. */
  onMisbehaviour?: (source: PeerContact, error: GolemError) => void
}

export type StorageOptions = {
  /** A folder of its own, for one process at a time. */
  path: string
  /** What all blocks may take on the disk together. */
  maxBytes: number
  /** For how long a peer may neither send nor take anything. */
  stallTimeoutMs?: number
}

/**
 * Content-addressed files on a disk, served to and fetched from peers. See README.md of this room for what is kept
 * through a kill and through a power cut, and for who may fetch what.
 *
 * @throws {GolemError} `STORAGE_FAILED` where the folder cannot be used
 *
 * @example
 * const storage = await createStorage({ network }, { path: '/home/ann/.golem/content', maxBytes: 20 * 1024 ** 3 })
 * const { cid } = await storage.addPath('/home/ann/scene')
 */
export async function createStorage(
  { network, onMisbehaviour = () => {} }: StorageComponents,
  { path, maxBytes, stallTimeoutMs = STALL_TIMEOUT_MS }: StorageOptions,
): Promise<Storage> {
  const prepare = async () => {
    await mkdir(path, { recursive: true, mode: 0o700 })
    return { pins: await diskPins(path), blocks: await diskBlocks({ path, maxBytes, pinned: () => pinned() }) }
  }
  const { pins, blocks } = await prepare().catch((cause) => {
    throw diskError(path, cause)
  })
  const reader = treeReader(blocks)
  const stopping = new AbortController()
  const working = new Set<Promise<unknown>>()
  const fetching = new Map<string, Promise<void>>()
  const gates = turnstile(FETCHES_PER_PEER)
  const pool = channelPool(network)
  const stopServing = serveContent({ network, reader }, { signal: stopping.signal, stallTimeoutMs })

  /** Blocks of all pinned trees, as far as they are here. */
  const pinned = async () => {
    const version = pins.version()
    const keys = new Set<string>()
    for (const root of pins.roots()) {
      // A tree that must be refused is kept like any other: its owner said so.
      const report = await inspectTree(reader, root).catch((): TreeReport => ({ ...NO_TREE, blocks: [root] }))
      for (const cid of report.blocks) keys.add(cid.toString())
    }
    return { keys, isCurrent: () => version === pins.version() }
  }

  /** Runs something that `stop` waits for and ends. */
  const work = <T>(body: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const either = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal])
    const running = (async () => {
      either.throwIfAborted()
      return await body(either)
    })()
    working.add(running)
    return running.finally(() => working.delete(running))
  }

  const whole = async (root: CID): Promise<TreeReport> => {
    const report = await inspectTree(reader, root)
    if (report.missing !== null) throw contentUnavailable(root.toString(), `its block ${report.missing} is not here`)
    return report
  }

  /** Where one block of a whole tree turns out spoiled, all are read, so that the next fetch repairs them together. */
  const reading = async <T>(root: CID, body: (report: TreeReport) => Promise<T>): Promise<T> => {
    const hold = blocks.hold()
    try {
      const report = await whole(root)
      for (const cid of report.blocks) hold.add(cid)
      return await body(report).catch(async (cause) => {
        if (cause instanceof GolemError && cause.code === 'CONTENT_UNAVAILABLE') {
          for (const cid of report.blocks) await blocks.get(cid)
        }
        throw cause
      })
    } finally {
      hold.end()
    }
  }

  /** What is pinned and whole outlives a power cut. */
  const syncIfPinned = async (root: CID, { blocks: cids, missing }: TreeReport): Promise<void> => {
    if (missing === null && pins.isPinned(root)) await blocks.sync(cids)
  }

  const add = (content: string | Uint8Array, signal?: AbortSignal) =>
    work(async (signal) => {
      const hold = blocks.hold()
      try {
        const { cid, sizeBytes } = await addContent({ blocks, hold }, content, signal)
        if (pins.isPinned(cid)) await syncIfPinned(cid, await inspectTree(reader, cid))
        return { cid: cid.toString() as Cid, sizeBytes }
      } finally {
        hold.end()
      }
    }, signal)

  const fetchOnce = async (root: CID, options: Parameters<Storage['fetch']>[1], signal: AbortSignal): Promise<void> => {
    const hold = blocks.hold()
    try {
      await fetchContent(
        { pool, reader, turnstile: gates, onMisbehaviour },
        { root, from: options.from, hold, maxBytes: options.maxBytes, signal, stallTimeoutMs },
      )
      const report = await whole(root)
      if (report.sizeBytes > options.maxBytes) {
        throw contentTooLarge(root.toString(), report.sizeBytes, options.maxBytes)
      }
      await syncIfPinned(root, report)
    } finally {
      hold.end()
    }
  }

  return {
    addPath: (from, { signal } = {}) => add(from, signal),
    addBytes: (bytes) => add(bytes),

    has: (cid) =>
      work(async () => {
        const report = await inspectTree(reader, parseBlockCid(cid)).catch(() => NO_TREE)
        return report.missing === null && report.blocks.length > 0
      }),

    fetch: (cid, options) =>
      work(async (signal) => {
        const root = parseBlockCid(cid)
        // Who comes second waits, and then finds everything here, or tries sources of its own.
        for (let other = fetching.get(cid); other !== undefined; other = fetching.get(cid)) {
          await unlessAborted(other, signal)
        }
        const mine = fetchOnce(root, options, signal)
        const ended = mine.then(
          () => {},
          () => {},
        )
        fetching.set(cid, ended)
        await mine.finally(() => fetching.delete(cid))
      }, options.signal),

    readFile: (cid, { maxBytes: limitBytes }) =>
      work(async (signal) => {
        const root = parseBlockCid(cid)
        return await reading(root, async ({ sizeBytes }) => {
          if (sizeBytes > limitBytes) throw contentTooLarge(cid, sizeBytes, limitBytes)
          const pieces: Uint8Array[] = []
          for await (const bytes of readFile(reader, root, signal)) pieces.push(bytes)
          return new Uint8Array(Buffer.concat(pieces))
        })
      }),

    materialise: (cid, target, { signal } = {}) =>
      work(async (signal) => {
        const root = parseBlockCid(cid)
        await reading(root, () => materialise(reader, root, target, signal))
      }, signal),

    pin: (cid, owner) =>
      work(async () => {
        const root = parseBlockCid(cid)
        await pins.pin(root, owner)
        await syncIfPinned(root, await inspectTree(reader, root))
      }),

    unpin: (owner) => work(() => pins.unpin(owner)),

    stop: async () => {
      stopServing()
      stopping.abort(new Error('The storage is stopping.'))
      await Promise.allSettled(working)
      await pool.stop()
      await blocks.settle()
    },
  }
}

const NO_TREE: TreeReport = { sizeBytes: 0, blocks: [], missing: null }

async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
