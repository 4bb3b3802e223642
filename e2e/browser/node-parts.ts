import type { Clock, Network } from '@golem/ports'
import { memoryLedger } from '@golem/ports/memory'
import { type Address, asBytes32, keyOpenerFromKey, parseGlm, signerFromKey } from '@golem/protocol'
import { createDirectory, createOfferDesk, type OfferDesk, type Provider } from '@golem/roles'
import { IDLE_APP, idleProvider } from '../src/idle-provider.ts'

// Runs in Node and in a page.

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
  let provider: Provider | null = null
  let desk: OfferDesk | null = null
  return {
    async lend() {
      const opener = keyOpenerFromKey(privateKey)
      provider = idleProvider({ network, signer, opener, directory, clock, logger }, ledger)
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
          ...{ id: randomId(), requestor: signer.address, manifest: IDLE_APP.manifestCid, app: IDLE_APP.title },
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
