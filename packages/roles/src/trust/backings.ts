import { type Backing, isOwing, reputationOf, type TrackRecord } from '@golem/market'
import type { Clock } from '@golem/ports'
import type { Address, Cid } from '@golem/protocol'
import type { FactBook } from './fact-book.ts'
import type { StakeBook } from './stake-book.ts'

/** What others have at stake in this node's eyes: by it is decided who moves first, and how much stands open. */
export type Backings = {
  ofProvider(provider: Address, application: Cid): Backing
  /** Whoever owes counts as caught. */
  ofRequestor(requestor: Address): Backing
}

type Components = { book: FactBook; clock: Clock; stakes: Pick<StakeBook, 'stakeWei'> | null }

/** `stakes`: null where no stake counts. */
export function createBackings({ book, clock, stakes }: Components): Backings {
  const backingOf = (party: Address, record: TrackRecord): Backing => {
    const { standingWei, caughtAtMs } = reputationOf([{ record, isOwn: true }], { nowMs: clock.now(), payWei: 0 })
    // Who was caught keeps the rest of a stake, and is not trusted with more because of it.
    const stakeWei = caughtAtMs === null ? Number(stakes?.stakeWei(party) ?? 0n) : 0
    return { standingWei, stakeWei, isCaught: caughtAtMs !== null }
  }
  return {
    ofProvider: (provider, application) => backingOf(provider, book.ofProvider(provider, application)),
    ofRequestor: (requestor) => {
      const record = book.ofRequestor(requestor)
      const backing = backingOf(requestor, record)
      return { ...backing, isCaught: backing.isCaught || isOwing(record, clock.now()) }
    },
  }
}
