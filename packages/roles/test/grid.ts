import { randomBytes } from 'node:crypto'
import type { App, Beacon, Clock, Network, Storage, Store } from '@golem/ports'
import {
  type MemoryDisk,
  type MemoryGrid,
  type MemoryLedger,
  type MemoryProgram,
  type MemoryStorage,
  memoryBeacon,
  memoryFolders,
  memoryGrid,
  memoryLedger,
  memorySandbox,
  memoryStorage,
  memoryStore,
} from '@golem/ports/memory'
import {
  type Address,
  asBytes32,
  type Cid,
  type KeyOpener,
  keyOpenerFromKey,
  newPrivateKey,
  parseGlm,
  type Signer,
  signerFromKey,
} from '@golem/protocol'
import { type Auditing, type AuditorRole, createAuditor } from '../src/audit/index.ts'
import { createDirectory } from '../src/directory/create-directory.ts'
import { createProvider, createWatch, type Provider, type ProviderComponents } from '../src/provider/index.ts'
import { createRequestor, type Requestor, type RequestorComponents } from '../src/requestor/index.ts'
import { squaresApp, squaresProgram } from './squares-app.ts'

export const silent = { debug() {}, info() {}, warn() {}, error() {} }
const CLASS = asBytes32(`0x${'c1'.repeat(32)}`)

/** The system's time, `pace` times as fast: what takes a minute of it is over in seconds. */
export const clockOf = (pace: number): Clock => {
  const beganMs = Date.now()
  return {
    now: () => beganMs + Math.round((Date.now() - beganMs) * pace),
    sleep: (ms, { signal } = {}) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const timer = setTimeout(resolve, ms / pace)
        signal?.addEventListener('abort', () => {
          clearTimeout(timer)
          reject(signal.reason)
        })
      }),
  }
}

/** What outlives a restart. */
export type Node = { signer: Signer; opener: KeyOpener; disk: MemoryDisk; store: Store; storage: MemoryStorage }

/** A whole grid in one process: the roles are real, the ports are their twins in memory. */
export type Grid = {
  readonly ledger: MemoryLedger
  readonly net: MemoryGrid
  readonly clock: Clock
  newNode(): Node
  provider(options?: ProviderShape): Promise<{ provider: Provider; node: Node }>
  requestor(
    node?: Node,
    over?: Partial<RequestorComponents>,
    app?: Partial<App>,
  ): Promise<{ requestor: Requestor; node: Node }>
  /** Who audits, with so much at stake for it. `verify`: how it checks, where not as it should. */
  auditor(shape?: AuditorShape): Promise<{ auditor: AuditorRole; node: Node }>
  /** Draws auditors. */
  readonly beacon: Beacon
  /** Whom auditors of requestors of this grid convicted. */
  readonly convicted: readonly { provider: Address; verdict: Cid }[]
  /** Whom requestors of this grid follow. */
  readonly followed: Address[]
  stop(): Promise<void>
}
export type AuditorShape = { stakeWei?: bigint; square?: (n: number) => number; app?: Partial<App> }
export type ProviderShape = {
  square?: (n: number) => number
  gate?: (n: number) => Promise<void>
  /** What its class depends on. */
  processor?: string
  app?: Partial<App>
  cores?: number
  price?: string
  unpaidLimitWei?: bigint
  node?: Node
  /** Parts of its own, made from those that it would have. */
  over?: (parts: { storage: Storage; network: Network }) => Partial<ProviderComponents>
}

export function createGrid({ pace = 1 }: { pace?: number } = {}): Grid {
  const clock = clockOf(pace)
  const net: MemoryGrid = memoryGrid()
  const hub = new Map<string, MemoryStorage>()
  const ledger = memoryLedger({ clock })
  const stops: (() => Promise<void>)[] = []
  const beacon = memoryBeacon()
  const stakes = new Map<Address, bigint>()
  const followed: Address[] = []
  const convicted: { provider: Address; verdict: Cid }[] = []
  const auditing: Auditing = {
    ...{ beacon, agedWei: async (auditor) => stakes.get(auditor) ?? 0n, followed: () => followed },
    onConvicted: (conviction) => convicted.push(conviction),
  }

  const newNode = (): Node => {
    const key = newPrivateKey()
    const signer = signerFromKey(key)
    ledger.fund(signer.address, { glmWei: parseGlm('100'), gasWei: parseGlm('1') })
    const disk: MemoryDisk = new Map()
    const storage = memoryStorage({ peerId: `memory-${signer.address}`, hub, disk })
    return { signer, opener: keyOpenerFromKey(key), disk, store: memoryStore(), storage }
  }
  const componentsOf = ({ signer, opener, disk, store, storage }: Node, program: MemoryProgram) => {
    const network = net.join({ address: signer.address })
    stops.push(() => network.stop())
    const directory = createDirectory({ network, signer, clock, logger: silent })
    stops.push(async () => directory.stop())
    return {
      signer,
      opener,
      network,
      directory,
      store,
      storage,
      sandbox: memorySandbox({ squares: program }, { disk }),
      chain: ledger.open(signer.address),
      clock,
      folders: memoryFolders(disk, { base: '/work' }),
      logger: silent,
      randomBytes: (length: number) => new Uint8Array(randomBytes(length)),
    }
  }
  return {
    ledger,
    net,
    clock,
    newNode,
    provider: async ({
      square,
      gate,
      processor,
      app,
      cores = 1,
      price = '0.1',
      unpaidLimitWei,
      node = newNode(),
      over,
    } = {}) => {
      const parts = componentsOf(node, squaresProgram(node.disk, square, gate, processor))
      const provider = createProvider(
        {
          ...parts,
          ...over?.(parts),
          apps: [{ ...squaresApp, ...app, equivalenceClass: CLASS }],
        },
        {
          ...{ cores, speed: 1, pricePerCoreHourWei: parseGlm(price), heartbeatMs: 100, redeemDelayMs: 10 },
          ...(unpaidLimitWei === undefined ? {} : { unpaidLimitWei }),
        },
      )
      stops.push(() => provider.stop())
      await provider.start()
      return { provider, node }
    },
    requestor: async (node = newNode(), over = {}, app = {}) => {
      const requestor = createRequestor(
        { ...componentsOf(node, squaresProgram(node.disk)), auditing, ...over },
        {
          apps: [{ ...squaresApp, ...app }],
          speed: 1,
          started: new Map(),
          maxPricePerCoreHourWei: parseGlm('10'),
          onChange: () => {},
        },
      )
      stops.push(() => requestor.stop())
      await requestor.start()
      return { requestor, node }
    },
    auditor: async ({ stakeWei = parseGlm('100'), square, app = {} } = {}) => {
      const node = newNode()
      stakes.set(node.signer.address, stakeWei)
      const parts = componentsOf(node, squaresProgram(node.disk, square))
      const watch = createWatch(parts)
      const auditor = createAuditor(
        { ...parts, beacon, watch, settlement: parts.chain.settlement },
        { apps: [{ ...squaresApp, ...app }], maxInputBytes: 1e6, speed: 1 },
      )
      watch.start()
      auditor.set(true)
      stops.push(async () => {
        await auditor.stop()
        await watch.stop()
      })
      return { auditor, node }
    },
    beacon,
    followed,
    convicted,
    stop: async () => {
      for (const stop of stops.reverse()) await stop()
    },
  }
}
