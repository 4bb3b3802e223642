import { CAUGHT_MS } from '@golem/market'
import type { Blacklist, Clock } from '@golem/ports'
import type { Address, Cid, ListSubject } from '@golem/protocol'
import type { Logger } from '../logger.ts'

/** Who was convicted, of what, and by whose word. */
export type Conviction = {
  party: Address
  /** What it is listed as. */
  as: readonly ('provider' | 'requestor')[]
  /** What shows it. */
  evidence: Cid
  /** It counts from then on, for as long as a lie does. */
  fromS: number
  /** In words: `a panel convicted it, dispute 4`. */
  why: string
}

/** Puts whoever was convicted on the list of this node, with the evidence, for as long as a lie counts. */
export type ConvictionPublisher = {
  /** Never throws, and puts nobody there twice. Told again at every start: the list itself says who is on it. */
  consider(conviction: Conviction): Promise<void>
}

/** Entries of its own list that are looked through; past that nobody is added by itself. */
const MAX_OWN = 1_000

type Components = {
  blacklist: Blacklist
  /** Writes entries, in one transaction or one after another. */
  list: (entries: { subject: ListSubject; evidence: Cid; expiresAtS: number }[], why: string) => Promise<void>
  clock: Clock
  logger: Logger
}
type Options = { self: Address; isWanted: () => boolean }

export function createConvictionPublisher(
  { blacklist, list, clock, logger }: Components,
  { self, isWanted }: Options,
): ConvictionPublisher {
  let last: Promise<void> = Promise.resolve()
  const publish = async ({ party, as, evidence, fromS, why }: Conviction): Promise<void> => {
    const expiresAtS = Math.floor(fromS + CAUGHT_MS / 1_000)
    if (!isWanted() || party === self || expiresAtS <= clock.now() / 1_000) return
    const own = await blacklist.entries(self, MAX_OWN)
    if (own.length >= MAX_OWN) throw new RangeError(`the own list has ${own.length} entries`)
    const subjects = as.filter(
      (kind) => !own.some((entry) => entry.kind === kind && entry.id === party && entry.expiresAtS >= expiresAtS),
    )
    if (subjects.length === 0) return
    await list(
      subjects.map((kind) => ({ subject: { kind, id: party }, evidence, expiresAtS })),
      why,
    )
    logger.info({ party, why }, 'put on the own list')
  }
  return {
    consider: (conviction) => {
      last = last
        .then(() => publish(conviction))
        .catch((error: unknown) =>
          logger.warn({ party: conviction.party, error: String(error) }, 'the own list stays as it was'),
        )
      return last
    },
  }
}
