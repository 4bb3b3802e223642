import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { IDLE_APP } from '@golem/e2e'
import { memoryLedger } from '@golem/ports/memory'
import { asBytes32, parseGlm } from '@golem/protocol'
import { createOfferDesk } from '@golem/roles'
import { readCost } from '../process-cost.ts'
import { startProgram } from '../start-program.ts'
import { clock, startNode } from './start-node.ts'

/** Demands are the requestors' in turn, because providers listen to no more than a person needs. */
const REQUESTORS = 6
const TIMEOUT_MS = 30_000
/** Connections and memberships are made, and all nodes together use so little of a core. */
const SETTLED = { share: 0.3, forMs: 5_000, patienceMs: 300_000 }

export type RealGrid = {
  /** How many take turns. */
  requestors: number
  /** Resolves when the nodes have found one another. */
  settled(signal: AbortSignal): Promise<void>
  /** Milliseconds from a demand to so many offers, from different providers. */
  demand(wanted: number): Promise<number>
  stop(): Promise<void>
}

/**
 * Providers and some requestors over real sockets on loopback. Providers are in a process for each core, and requestors in
 * this one; money and programs are twins in memory.
 */
export async function startRealGrid(providers: number): Promise<RealGrid> {
  const { settlement } = memoryLedger({ clock })
  const first = await startNode([])
  const [address = ''] = first.network.contact().addresses
  const desks = [first]
  while (desks.length < REQUESTORS) desks.push(await startNode([address]))
  const requestors = desks.map((node) => ({ node, desk: createOfferDesk(node) }))
  const processes = Math.min(providers, availableParallelism())
  const programs = await Promise.all(
    Array.from({ length: processes }, (_, at) =>
      startProgram('discovery/provider-nodes.ts', [`${Math.ceil((providers - at) / processes)}`, address]),
    ),
  )

  const cpuMs = async (): Promise<number> => {
    const costs = await Promise.all([process.pid, ...programs.map(({ pid }) => pid)].map(readCost))
    return costs.reduce((sum, cost) => sum + cost.cpuMs, 0)
  }
  let asked = 0
  return {
    requestors: REQUESTORS,
    async settled(signal) {
      const givenUpAtMs = performance.now() + SETTLED.patienceMs
      for (let share = 1; share > SETTLED.share; ) {
        if (performance.now() > givenUpAtMs) throw new Error('The nodes did not settle.')
        const before = await cpuMs()
        await delay(SETTLED.forMs, undefined, { signal })
        share = ((await cpuMs()) - before) / SETTLED.forMs
      }
    },
    async demand(wanted) {
      const { desk, node } = requestors[asked++ % REQUESTORS] as (typeof requestors)[number]
      const enough = Promise.withResolvers<void>()
      const startedMs = performance.now()
      const demand = desk.open(
        {
          id: asBytes32(`0x${randomBytes(32).toString('hex')}`),
          requestor: node.signer.address,
          manifest: IDLE_APP.manifestCid,
          app: IDLE_APP.title,
          settlement,
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
      for (const program of programs) program.stop()
      for (const { node, desk } of requestors) {
        desk.stop()
        node.directory.stop()
        await node.network.stop()
      }
    },
  }
}
