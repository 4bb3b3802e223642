import { type Fact, NO_RECORD, noteFact, type TrackRecord } from '@golem/market'
import type { Clock, Store } from '@golem/ports'
import {
  type Address,
  type Cid,
  encodeJson,
  type FactBody,
  type Settlement,
  type SignedFact,
  type Signer,
  signedFact,
  signFact,
} from '@golem/protocol'

/** What a panel said in the end. `dispute`: its number on the chain, which keeps it: none is in the store. */
export type Conviction = { party: Address; dispute: number; atMs: number; evidence: string }

/** What was seen of one party under one agreement, of one kind. */
export type Seen = Omit<FactBody, 'format' | 'by' | 'atMs'>

/**
 * What this node has seen of others: signed, in the store before it counts, and about one payment contract; and whom panels
 * on that chain convicted. Nothing else that others say stands here.
 */
export type FactBook = {
  /** Replaces what was said before of the same agreement and kind; what has not changed is left as it is. */
  note(seen: readonly Seen[]): void
  /** What the facts about a provider's work of one application come to. */
  ofProvider(provider: Address, application: Cid): TrackRecord
  ofRequestor(requestor: Address): TrackRecord
  /** A panel on the chain convicted somebody: it was caught, as whatever it works. Said again, it changes nothing. */
  noteConviction(conviction: Conviction): void
  convictions(party: Address): Conviction[]
  /** About one party, or all; newest first. */
  facts(subject?: Address): SignedFact[]
}

/** Facts that are kept; the oldest are forgotten, when they have faded anyway. */
export const MAX_FACTS = 20_000
/** So many are forgotten at once. */
const FORGOTTEN = 1_000

type Components = { store: Store; signer: Signer; settlement: Settlement; clock: Clock }

export function createFactBook({ store, signer, settlement, clock }: Components): FactBook {
  const scope = `trust/${settlement.chainId}/${settlement.payments}/fact/`
  const keyOf = ({ subject, agreementId, kind, isProven }: Seen): string =>
    `${scope}${subject}/${agreementId}/${kind}${isProven ? '-proven' : ''}`
  const facts = new Map<string, SignedFact>(
    store.list(scope).map(({ key, value }) => [key, signedFact.parse(JSON.parse(value))]),
  )
  const bySubject = new Map<Address, Set<string>>()
  for (const [key, { body }] of facts) indexOf(body.subject).add(key)
  const convicted = new Map<Address, Conviction[]>()
  /** Folded when asked for, until something new is known. */
  const records = new Map<string, TrackRecord>()

  function indexOf(subject: Address): Set<string> {
    const found = bySubject.get(subject) ?? new Set()
    bySubject.set(subject, found)
    return found
  }

  const about = (subject: Address): FactBody[] =>
    [...(bySubject.get(subject) ?? [])].flatMap((key) => facts.get(key)?.body ?? [])

  const isLost = ({ kind, subject, application, atMs }: FactBody): boolean =>
    kind === 'accepted' &&
    about(subject).some((other) => other.isExact === true && other.application === application && other.atMs >= atMs)

  const recordOf = (subject: Address, application: Cid | null): TrackRecord => {
    const name = `${subject}/${application}`
    const known = records.get(name)
    if (known) return known
    const own = about(subject).filter((body) => body.application === application)
    const lies = (convicted.get(subject) ?? []).map(
      ({ atMs }) => ({ kind: 'rejected', valueWei: 0n, atMs, isProven: true }) as const,
    )
    const record = [...own.map(factOf), ...lies].sort(byTime).reduce(noteFact, NO_RECORD)
    records.set(name, record)
    return record
  }

  const forgetSurplus = (): { remove: string }[] => {
    if (facts.size <= MAX_FACTS) return []
    const oldest = [...facts].sort(([, a], [, b]) => a.body.atMs - b.body.atMs).slice(0, FORGOTTEN)
    for (const [key, { body }] of oldest) {
      facts.delete(key)
      bySubject.get(body.subject)?.delete(key)
    }
    records.clear()
    return oldest.map(([key]) => ({ remove: key }))
  }

  return {
    note: (seen) => {
      const changed = seen.flatMap((one) => {
        const key = keyOf(one)
        const before = facts.get(key)?.body
        const isSame = before?.count === one.count && before.valueWei === one.valueWei
        if (isSame && before.isExact === one.isExact) return []
        // What was good before something was found wrong is lost, and comes back with no later word on the same agreement.
        const atMs = before !== undefined && isLost(before) ? before.atMs : clock.now()
        const body: FactBody = { format: 'golem-fact/1', by: signer.address, atMs, ...one }
        return [{ key, signed: signFact(signer, body) }]
      })
      if (changed.length === 0) return
      store.commit(changed.map(({ key, signed }) => ({ put: key, value: encodeJson(signed) })))
      for (const { key, signed } of changed) {
        facts.set(key, signed)
        indexOf(signed.body.subject).add(key)
        records.delete(`${signed.body.subject}/${signed.body.application}`)
      }
      const forgotten = forgetSurplus()
      if (forgotten.length > 0) store.commit(forgotten)
    },
    ofProvider: recordOf,
    ofRequestor: (requestor) => recordOf(requestor, null),
    noteConviction: (conviction) => {
      const { party, dispute } = conviction
      const before = convicted.get(party) ?? []
      if (before.some((each) => each.dispute === dispute)) return
      convicted.set(party, [...before, conviction])
      for (const name of records.keys()) if (name.startsWith(party)) records.delete(name)
    },
    convictions: (party) => convicted.get(party) ?? [],
    facts: (subject) => {
      const found = subject === undefined ? [...facts.keys()] : [...(bySubject.get(subject) ?? [])]
      return found.flatMap((key) => facts.get(key) ?? []).sort((a, b) => b.body.atMs - a.body.atMs)
    },
  }
}

const factOf = ({ kind, subject, by, application, valueWei, atMs, isProven, isExact }: FactBody): Fact => ({
  ...{ kind, subject, by, application, valueWei, atMs, isProven, isExact },
})

type Timed = Pick<Fact, 'kind' | 'atMs'>
/** Of what was written down at once the good is older: what is wrong takes that, too. */
const byTime = (a: Timed, b: Timed): number =>
  a.atMs - b.atMs || Number(b.kind === 'accepted') - Number(a.kind === 'accepted')
