import { CAUGHT_MS } from '@golem/market'
import type { Blacklist, Clock, Dispute } from '@golem/ports'
import { type Address, type Cid, type ListSubject, readEvidence } from '@golem/protocol'
import type { Logger } from '../logger.ts'

/** Puts whoever a panel convicted on the list of this node, with the claim as evidence, for as long as a lie counts. */
export type ConvictionPublisher = {
  /** Never throws, and puts nobody there twice. Told again at every start: the list itself says who is on it. */
  consider(dispute: Dispute): Promise<void>
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
  const publish = async ({ id, accused, startedAtS, evidence }: Dispute): Promise<void> => {
    const shown = readEvidence(evidence)
    const expiresAtS = startedAtS + CAUGHT_MS / 1_000
    if (!isWanted() || accused === self || shown === null || expiresAtS <= clock.now() / 1_000) return
    const own = await blacklist.entries(self, MAX_OWN)
    if (own.length >= MAX_OWN) throw new RangeError(`the own list has ${own.length} entries`)
    // Whoever lied to a panel in one role is not to be trusted in the other.
    const subjects = (['provider', 'requestor'] as const).filter(
      (kind) => !own.some((entry) => entry.kind === kind && entry.id === accused && entry.expiresAtS >= expiresAtS),
    )
    if (subjects.length === 0) return
    await list(
      subjects.map((kind) => ({ subject: { kind, id: accused }, evidence: shown.claim, expiresAtS })),
      `dispute ${id}`,
    )
    logger.info({ dispute: id, party: accused }, 'put on the own list: a panel convicted it')
  }
  return {
    consider: (dispute) => {
      last = last
        .then(() => publish(dispute))
        .catch((error: unknown) =>
          logger.warn({ dispute: dispute.id, error: String(error) }, 'the own list stays as it was'),
        )
      return last
    },
  }
}
