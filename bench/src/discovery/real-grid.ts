import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { IDLE_APP, idleProvider } from '@golem/e2e'
import { createNetwork, DEV_LISTEN } from '@golem/network'
import type { Clock } from '@golem/ports'
import { memoryLedger } from '@golem/ports/memory'
import { asBytes32, keyOpenerFromKey, newPrivateKey, parseGlm, signerFromKey } from '@golem/protocol'
import { createDirectory, createOfferDesk } from '@golem/roles'

/** Demands are the requestors' in turn, because providers listen to no more than a person needs. */
const REQUESTORS = 6
const TIMEOUT_MS = 30_000

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, { signal } = {}) => delay(ms, undefined, signal === undefined ? {} : { signal }),
}
const logger = { debug() {}, info() {}, warn() {}, error() {} }

export type RealGrid = {
  /** How many take turns. */
  requestors: number
  /** Milliseconds from a demand to so many offers, from different providers. */
  demand(wanted: number): Promise<number>
  stop(): Promise<void>
}

/** Providers and some requestors over real sockets on loopback, in one process; money and programs are twins in memory. */
export async function startRealGrid(providers: number): Promise<RealGrid> {
  const stops: (() => Promise<void> | void)[] = []
  const ledger = memoryLedger({ clock })
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
    const provider = idleProvider(node, ledger)
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
    requestors: REQUESTORS,
    async demand(wanted) {
      const { desk, signer } = desks[asked++ % desks.length] as (typeof desks)[number]
      const enough = Promise.withResolvers<void>()
      const startedMs = performance.now()
      const demand = desk.open(
        {
          id: asBytes32(`0x${randomBytes(32).toString('hex')}`),
          requestor: signer.address,
          manifest: IDLE_APP.manifestCid,
          app: IDLE_APP.title,
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
