import type { FetchOptions, Network, SealOptions, Storage } from '@golem/ports'
import { type Cid, GolemError } from '@golem/protocol'
import type { Libp2p } from '@libp2p/interface'
import type { CID } from 'multiformats/cid'
import { serveBitswap } from './bitswap/serve-bitswap.ts'
import { isLeaf, parseBlockCid } from './blocks/block-cid.ts'
import type { Blocks, Usage } from './blocks/blocks.ts'
import type { PinnedBlocks } from './blocks/bounded-blocks.ts'
import { importCar } from './car/import-car.ts'
import { contentTooLarge, contentUnavailable } from './content-errors.ts'
import { FETCHES_PER_PEER, STALL_TIMEOUT_MS } from './limits.ts'
import type { Pins } from './pins.ts'
import { sealTree } from './sealed/seal-tree.ts'
import { createSealer } from './sealed/sealer.ts'
import { channelPool } from './transfer/channel-pool.ts'
import { fetchContent } from './transfer/fetch-content.ts'
import { serveContent } from './transfer/serve-content.ts'
import { turnstile } from './transfer/turnstile.ts'
import { importTree, type NewEntry, type Pieces, type Profile, sliced } from './tree/import-tree.ts'
import { inspectTree, type TreeReport } from './tree/inspect-tree.ts'
import { listFolder } from './tree/list-folder.ts'
import { readFile } from './tree/read-file.ts'
import { type TreeReader, treeReader } from './tree/tree-reader.ts'

export type ContentComponents = {
  network: Network
  pins: Pins
  /** Given what must stay; see `boundedBlocks`. */
  openBlocks: (pinned: PinnedBlocks) => Blocks
  /** Told of every source that sent something false in place of what it was asked for: a peer's id or a gateway's URL. */
  onMisbehaviour?: (source: string, error: GolemError) => void
}

export type ContentOptions = {
  /** For how long a peer may neither send nor take anything. */
  stallTimeoutMs?: number
  /** HTTP gateways, asked where no peer has something. They learn what is asked for, and are believed nothing. */
  gateways?: readonly string[]
}

/** A tree that somebody keeps. */
export type PinnedTree = { cid: Cid; owners: string[]; sizeBytes: number; isWhole: boolean }

/** `pinAs` keeps what was added for the owner that it names, before anything could evict it. */
export type AddOptions = SealOptions & { pinAs?: (root: Cid) => string }

export type TreeEntry = { name: string; cid: Cid; kind: 'file' | 'folder'; sizeBytes: number }

/** What of the `Storage` port needs no disk, and what people ask of it besides. */
export type Content = Omit<Storage, 'addPath' | 'materialise' | 'fetch'> & {
  /** As the port's, and from gateways named here instead of the usual ones. */
  fetch(cid: Cid, options: FetchOptions & { gateways?: readonly string[] }): Promise<void>
  /** Adds a file by its pieces, or a folder by its entries. @throws {GolemError} `STORAGE_FULL` */
  addTree(
    content: { file: Pieces } | { entries: AsyncIterable<NewEntry> | Iterable<NewEntry> },
    options?: AddOptions & { profile?: Profile },
  ): ReturnType<Storage['addBytes']>
  /**
   * Takes the blocks of a CAR, each checked.
   *
   * @returns the roots that it names, whole or not
   * @throws {GolemError} `CAR_INVALID`, `STORAGE_FULL`
   */
  addCar(
    pieces: AsyncIterable<Uint8Array>,
    options?: Omit<AddOptions, 'contentKey'>,
  ): Promise<Omit<PinnedTree, 'owners'>[]>
  /** The entries of a folder; a file has none. @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_REFUSED` */
  list(cid: Cid): Promise<TreeEntry[]>
  /** Bytes of all files of a whole tree. @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_REFUSED` */
  sizeOf(cid: Cid): Promise<number>
  /** What is kept, and by whom. */
  pins(): Promise<PinnedTree[]>
  usage(): Usage
  /** Removes all that nobody keeps and nothing works on. */
  collectGarbage(): Promise<{ blocks: number; bytes: number }>
  /** Lets other IPFS nodes fetch what is here, until `stop`. */
  speakBitswap(libp2p: Pick<Libp2p, 'handle' | 'unhandle'>): Promise<void>
  /**
   * Reads a tree that is here and whole; nothing of it is evicted meanwhile. Where a block turns out spoiled, the whole
   * tree is looked through, so that the next fetch repairs all of it at once.
   *
   * @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_REFUSED`
   */
  reading<T>(
    cid: Cid,
    body: (tree: { reader: TreeReader; root: CID; report: TreeReport; signal: AbortSignal }) => Promise<T>,
    options?: { signal?: AbortSignal },
  ): Promise<T>
}

/**
 * Content-addressed files on any medium, served to and fetched from peers. Runs in a browser too.
 *
 * @example
 * const medium = memoryMedium()
 * const content = createContent({
 *   network,
 *   pins: createPins(),
 *   openBlocks: (pinned) => boundedBlocks({ medium, pinned }, { maxBytes: 256 * 1024 ** 2 }),
 * })
 * await content.fetch(cid, { from: [contact], maxBytes: 1e8 })
 * const bytes = await content.readFile(cid, { maxBytes: 1e8 })
 */
export function createContent(
  { network, pins, openBlocks, onMisbehaviour = () => {} }: ContentComponents,
  { stallTimeoutMs = STALL_TIMEOUT_MS, gateways = [] }: ContentOptions = {},
): Content {
  const blocks = openBlocks(() => pinned())
  const reader = treeReader(blocks)
  const stopping = new AbortController()
  const working = new Set<Promise<unknown>>()
  const fetching = new Map<string, Promise<void>>()
  const gates = turnstile(FETCHES_PER_PEER)
  const pool = channelPool(network)
  const stopServing = serveContent({ network, reader }, { signal: stopping.signal, stallTimeoutMs })

  let stopBitswap: (() => Promise<void>) | null = null

  /** Blocks of all pinned trees, as far as they are here. */
  const pinned: PinnedBlocks = async () => {
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

  const reading: Content['reading'] = (cid, body, options) =>
    work(async (signal) => {
      const root = parseBlockCid(cid)
      const hold = blocks.hold()
      try {
        const report = await whole(root)
        for (const each of report.blocks) hold.add(each)
        return await body({ reader, root, report, signal }).catch(async (cause) => {
          if (cause instanceof GolemError && cause.code === 'CONTENT_UNAVAILABLE') {
            for (const each of report.blocks) await blocks.get(each)
          }
          throw cause
        })
      } finally {
        hold.end()
      }
    }, options?.signal)

  /** What is pinned and whole outlives a power cut. */
  const syncIfPinned = async (root: CID, { blocks: cids, missing }: TreeReport): Promise<void> => {
    if (missing === null && pins.isPinned(root)) await blocks.sync(cids)
  }

  /** A tree as far as it is here. */
  const known = async (root: CID): Promise<Omit<PinnedTree, 'owners'>> => {
    const { sizeBytes, missing } = await inspectTree(reader, root).catch(() => ({ ...NO_TREE, missing: root }))
    return { cid: root.toString() as Cid, sizeBytes, isWhole: missing === null }
  }

  const addTree: Content['addTree'] = (content, options) =>
    work(async (signal) => {
      const hold = blocks.hold()
      try {
        const key = options?.contentKey
        const tree = key === undefined ? content : { entries: sealTree(await createSealer(key), content) }
        const { cid, sizeBytes } = await importTree({ blocks, hold }, tree, { ...options, signal })
        if (options?.pinAs !== undefined) await pins.pin(cid, options.pinAs(cid.toString() as Cid))
        if (pins.isPinned(cid)) await syncIfPinned(cid, await inspectTree(reader, cid))
        return { cid: cid.toString() as Cid, sizeBytes }
      } finally {
        hold.end()
      }
    }, options?.signal)

  const fetchOnce = async (root: CID, options: Parameters<Content['fetch']>[1], signal: AbortSignal): Promise<void> => {
    const hold = blocks.hold()
    try {
      await fetchContent(
        { pool, reader, turnstile: gates, onMisbehaviour },
        { gateways, ...options, root, hold, signal, stallTimeoutMs },
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
    addTree,
    addBytes: (bytes) => addTree({ file: sliced(bytes) }),
    reading,

    addCar: (pieces, options) =>
      work(async (signal) => {
        const hold = blocks.hold()
        try {
          const roots = (await importCar({ blocks, hold }, pieces, signal)).map((root) =>
            parseBlockCid(root.toString()),
          )
          for (const root of roots) {
            if (options?.pinAs !== undefined) await pins.pin(root, options.pinAs(root.toString() as Cid))
            if (pins.isPinned(root)) await syncIfPinned(root, await inspectTree(reader, root))
          }
          return await Promise.all(roots.map(known))
        } finally {
          hold.end()
        }
      }, options?.signal),

    list: (cid) =>
      reading(cid, async ({ root }) => {
        const entries = isLeaf(root) ? null : await listFolder(reader, root)
        return await Promise.all(
          (entries ?? []).map(async (entry) => {
            const { sizeBytes } = await inspectTree(reader, entry.cid)
            const isFile = isLeaf(entry.cid) || (await reader.node(entry.cid))?.kind === 'file'
            return { name: entry.name, cid: entry.cid.toString() as Cid, kind: isFile ? 'file' : 'folder', sizeBytes }
          }),
        )
      }),

    sizeOf: (cid) => reading(cid, async ({ report }) => report.sizeBytes),

    pins: () =>
      work(() =>
        Promise.all([...pins.byRoot().values()].map(async ({ root, owners }) => ({ ...(await known(root)), owners }))),
      ),
    usage: () => blocks.usage(),
    collectGarbage: () => work(() => blocks.clear()),

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
      reading(cid, async ({ root, report: { sizeBytes }, signal }) => {
        if (sizeBytes > limitBytes) throw contentTooLarge(cid, sizeBytes, limitBytes)
        const bytes = new Uint8Array(sizeBytes)
        let have = 0
        for await (const piece of readFile(reader, root, signal)) {
          bytes.set(piece, have)
          have += piece.length
        }
        return bytes
      }),

    pin: (cid, owner) =>
      work(async () => {
        const root = parseBlockCid(cid)
        await pins.pin(root, owner)
        await syncIfPinned(root, await inspectTree(reader, root))
      }),

    unpin: (owner) => work(() => pins.unpin(owner)),

    speakBitswap: (libp2p) =>
      work(async () => {
        stopBitswap ??= await serveBitswap({ libp2p, blocks }, { stallTimeoutMs })
      }),

    stop: async () => {
      stopServing()
      stopping.abort(new Error('The storage is stopping.'))
      await Promise.allSettled(working)
      await stopBitswap?.()
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
