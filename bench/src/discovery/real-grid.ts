import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { createNetwork, DEV_LISTEN } from '@golem/network'
import type { Clock } from '@golem/ports'
import {
  type MemoryDisk,
  memoryFolders,
  memoryLedger,
  memorySandbox,
  memoryStorage,
  memoryStore,
} from '@golem/ports/memory'
import {
  type Address,
  asBytes32,
  asCid,
  keyOpenerFromKey,
  type Manifest,
  newPrivateKey,
  parseGlm,
  signerFromKey,
} from '@golem/protocol'
import { createDirectory, createOfferDesk, createProvider } from '@golem/roles'

const MANIFEST_CID = asCid(`bafkrei${'d'.repeat(52)}`)
const MANIFEST: Manifest = {
  ...{
    format: 'golem-manifest/2',
    name: 'idle',
    version: '1',
    author: `0x${'0'.repeat(40)}` as Address,
    royaltyBps: 0,
  },
  ...{ runtime: { kind: 'oci', root: 'host-tools', tools: {} }, command: ['idle'], code: MANIFEST_CID, env: {} },
  ...{ mode: 'serve', network: 'none', gpu: false, calibrate: null },
  limits: {
    ...{ memoryBytes: 1e6, pids: 4, cores: 1, wallMs: 60_000, logBytes: 1e5 },
    ...{ diskBytes: 4e6, outputBytes: 1e6, outputFiles: 10, fileBytes: 1e6 },
  },
}
/** Demands are the requestors' in turn, because providers listen to no more than a person needs. */
const REQUESTORS = 6
const TIMEOUT_MS = 30_000

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, { signal } = {}) => delay(ms, undefined, signal === undefined ? {} : { signal }),
}
const logger = { debug() {}, info() {}, warn() {}, error() {} }

export type RealGrid = {
  /** Milliseconds from a demand to so many offers, from different providers. */
  demand(wanted: number): Promise<number>
  stop(): Promise<void>
}

/** Providers and some requestors over real sockets on loopback, in one process; money and programs are twins in memory. */
export async function startRealGrid(providers: number): Promise<RealGrid> {
  const stops: (() => Promise<void> | void)[] = []
  const ledger = memoryLedger({ clock })
  const hub = new Map()
  const bootstrap: string[] = []

  const startNode = async () => {
    const privateKey = newPrivateKey()
    const signer = signerFromKey(privateKey)
    const network = await createNetwork({ privateKey }, { listen: DEV_LISTEN, bootstrap, mdns: false })
    bootstrap.push(...(bootstrap.length === 0 ? network.contact().addresses.slice(0, 1) : []))
    const directory = createDirectory({ network, signer, clock, logger })
    stops.push(
      () => network.stop(),
      () => directory.stop(),
    )
    return { signer, opener: keyOpenerFromKey(privateKey), network, directory, clock, logger }
  }
  for (let index = 0; index < providers; index += 1) {
    const node = await startNode()
    const disk: MemoryDisk = new Map([['/code', null]])
    const provider = createProvider(
      {
        ...node,
        storage: memoryStorage({ peerId: node.network.self.peerId, hub, disk }),
        sandbox: memorySandbox({ idle: async ({ answer }) => answer('{"ready":{}}') }, { disk }),
        store: memoryStore(),
        chain: ledger.open(node.signer.address),
        folders: memoryFolders(disk, { base: '/work' }),
        randomBytes: (length) => new Uint8Array(randomBytes(length)),
        apps: [
          {
            ...{ manifest: MANIFEST, manifestCid: MANIFEST_CID, title: 'idle 1', env: {}, codePath: '/code' },
            equivalenceClass: asBytes32(`0x${'c1'.repeat(32)}`),
          },
        ],
      },
      { cores: 1, speed: 1, pricePerCoreHourWei: parseGlm('0.1'), warm: 0 },
    )
    await provider.start()
    stops.push(() => provider.stop())
  }
  const desks: (Awaited<ReturnType<typeof startNode>> & { desk: ReturnType<typeof createOfferDesk> })[] = []
  for (let index = 0; index < REQUESTORS; index += 1) {
    const node = await startNode()
    const desk = createOfferDesk(node)
    stops.push(() => desk.stop())
    desks.push({ ...node, desk })
  }

  let asked = 0
  const grid: RealGrid = {
    async demand(wanted) {
      const { desk, signer } = desks[asked++ % desks.length] as (typeof desks)[number]
      const enough = Promise.withResolvers<void>()
      const startedMs = performance.now()
      const demand = desk.open(
        {
          id: asBytes32(`0x${randomBytes(32).toString('hex')}`),
          requestor: signer.address,
          manifest: MANIFEST_CID,
          app: 'idle 1',
          settlement: ledger.settlement,
          maxPricePerCoreHourWei: parseGlm('1'),
        },
        { onOffer: () => demand.offers().length >= wanted && enough.resolve(), wanted: () => wanted },
      )
      try {
        await Promise.race([enough.promise, delay(TIMEOUT_MS)])
        if (demand.offers().length < wanted) throw new Error(`${demand.offers().length} of ${wanted} offers came`)
        return performance.now() - startedMs
      } finally {
        demand.close()
      }
    },
    async stop() {
      for (const stop of stops.reverse()) await stop()
    },
  }
  return grid
}
