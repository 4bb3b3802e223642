import type { Clock, Stakes } from '@golem/ports'
import type { Address, Wei } from '@golem/protocol'
import type { Logger } from '../logger.ts'

/**
 * What others have put at stake where this node believes it: aged, not on its way back, and under the panels of this
 * network. Read ahead of time, so that no decision waits for the chain.
 */
export type StakeBook = {
  /** As it was read last; 0 for one that nothing is known of yet: that is asked for now, and known the next time. */
  stakeWei(party: Address): Wei
  stop(): void
}

/** Stakes are asked for again after this: an exit takes weeks. */
const FRESH_MS = 60_000
/** Parties remembered; who was asked for longest ago is forgotten first. */
const MAX_PARTIES = 1_000
/** Questions to the chain at once; what is more waits until it is asked for again. */
const MAX_READS = 8

type Known = { stakeWei: Wei; readAtMs: number; isAsked: boolean }
type Components = { stakes: Stakes; clock: Clock; logger: Logger }

/** `arbiter`: the contract whose panels this node believes. */
export function createStakeBook({ stakes, clock, logger }: Components, { arbiter }: { arbiter: Address }): StakeBook {
  const known = new Map<Address, Known>()
  let reads = 0
  let isStopped = false

  const read = async (party: Address, entry: Known): Promise<void> => {
    entry.isAsked = true
    reads += 1
    try {
      const { activeWei, agedWei, arbiter: judgedBy } = await stakes.of(party)
      entry.stakeWei = judgedBy !== arbiter ? 0n : activeWei < agedWei ? activeWei : agedWei
    } catch (error) {
      // What was known goes on to hold.
      if (!isStopped) logger.debug({ party, error: String(error) }, 'what somebody has at stake was not told')
    } finally {
      entry.readAtMs = clock.now()
      entry.isAsked = false
      reads -= 1
    }
  }

  return {
    stakeWei: (party) => {
      const entry = known.get(party) ?? { stakeWei: 0n, readAtMs: Number.NEGATIVE_INFINITY, isAsked: false }
      known.delete(party)
      known.set(party, entry)
      if (known.size > MAX_PARTIES) known.delete(known.keys().next().value as Address)
      const isStale = clock.now() - entry.readAtMs > FRESH_MS
      if (isStale && !entry.isAsked && reads < MAX_READS && !isStopped) void read(party, entry)
      return entry.stakeWei
    },
    stop: () => {
      isStopped = true
    },
  }
}
