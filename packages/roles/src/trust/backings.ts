import { type Backing, faded, reputationOf } from '@golem/market'
import type { Clock } from '@golem/ports'
import type { Address, Cid } from '@golem/protocol'
import type { FactBook } from './fact-book.ts'

/** What others have at stake in this node's eyes: by it is decided who moves first, and how much stands open. */
export type Backings = {
  ofProvider(provider: Address, application: Cid): Backing
  /** Whoever left more unpaid than it paid for counts as caught. */
  ofRequestor(requestor: Address): Backing
}

type Components = { book: FactBook; clock: Clock }

export function createBackings({ book, clock }: Components): Backings {
  const backingOf = (record: ReturnType<FactBook['ofRequestor']>): Backing => {
    const { standingWei, caughtAtMs } = reputationOf([{ record, isOwn: true }], { nowMs: clock.now(), payWei: 0 })
    return { standingWei, stakeWei: 0, isCaught: caughtAtMs !== null }
  }
  return {
    ofProvider: (provider, application) => backingOf(book.ofProvider(provider, application)),
    ofRequestor: (requestor) => {
      const record = book.ofRequestor(requestor)
      const { goodWei, badWei } = faded(record, clock.now())
      const backing = backingOf(record)
      return { ...backing, isCaught: backing.isCaught || badWei > goodWei }
    },
  }
}
