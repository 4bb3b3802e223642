import type { Clock, Network } from '@golem/ports'
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
  parseGlm,
  signerFromKey,
} from '@golem/protocol'
import { createDirectory, createOfferDesk, createProvider, type OfferDesk, type Provider } from '@golem/roles'

// Runs in Node and in a page.

const MANIFEST_CID = asCid(`bafkrei${'d'.repeat(52)}`)
const NOBODY = `0x${'0'.repeat(40)}` as Address
const MANIFEST: Manifest = {
  ...{ format: 'golem-manifest/2', name: 'idle', version: '1', author: NOBODY, royaltyBps: 0 },
  ...{ runtime: { kind: 'oci', root: 'host-tools', tools: {} }, command: ['idle'], code: MANIFEST_CID, env: {} },
  ...{ mode: 'serve', network: 'none', gpu: false, calibrate: null },
  limits: {
    ...{ memoryBytes: 1e6, pids: 4, cores: 1, wallMs: 60_000, logBytes: 1e5 },
    ...{ diskBytes: 4e6, outputBytes: 1e6, outputFiles: 10, fileBytes: 1e6 },
  },
}

export const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, { signal } = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    }),
}
const logger = { debug() {}, info() {}, warn() {}, error() {} }

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const randomId = () =>
  asBytes32(`0x${Array.from(randomBytes(32), (byte) => byte.toString(16).padStart(2, '0')).join('')}`)

export type NodeParts = {
  /** Lends one core, for a program that does nothing. */
  lend(): Promise<void>
  /** Ends that. */
  cease(): Promise<void>
  /** Who answers a demand first. */
  ask(): Promise<Address>
  stop(): Promise<void>
}

/** What a node asks and answers by, over a real network; money and programs are twins in memory. */
export function nodeParts(network: Network, privateKey: Uint8Array): NodeParts {
  const signer = signerFromKey(privateKey)
  const ledger = memoryLedger({ clock })
  const directory = createDirectory({ network, signer, clock, logger })
  const disk: MemoryDisk = new Map([['/code', null]])
  let provider: Provider | null = null
  let desk: OfferDesk | null = null
  return {
    async lend() {
      const equivalenceClass = asBytes32(`0x${'c1'.repeat(32)}`)
      provider = createProvider(
        {
          ...{ network, signer, opener: keyOpenerFromKey(privateKey), directory, clock, logger, randomBytes },
          storage: memoryStorage({ peerId: network.self.peerId, hub: new Map(), disk }),
          sandbox: memorySandbox({ idle: async ({ answer }) => answer('{"ready":{}}') }, { disk }),
          store: memoryStore(),
          chain: ledger.open(signer.address),
          folders: memoryFolders(disk, { base: '/work' }),
          apps: [
            {
              ...{
                manifest: MANIFEST,
                manifestCid: MANIFEST_CID,
                title: 'idle 1',
                codePath: '/code',
                equivalenceClass,
              },
            },
          ],
        },
        { cores: 1, speed: 1, pricePerCoreHourWei: parseGlm('0.1'), warm: 0 },
      )
      await provider.start()
    },
    async cease() {
      await provider?.stop()
      provider = null
    },
    async ask() {
      desk ??= createOfferDesk({ signer, network, directory, clock, logger })
      const answered = Promise.withResolvers<Address>()
      const demand = desk.open(
        {
          ...{ id: randomId(), requestor: signer.address, manifest: MANIFEST_CID, app: 'idle 1' },
          ...{ settlement: ledger.settlement, maxPricePerCoreHourWei: parseGlm('1') },
        },
        {
          onOffer: () => {
            const [offer] = demand.offers()
            if (offer) answered.resolve(offer.body.provider)
          },
          wanted: () => 1,
        },
      )
      try {
        return await answered.promise
      } finally {
        demand.close()
      }
    },
    async stop() {
      desk?.stop()
      await provider?.stop()
      directory.stop()
    },
  }
}
