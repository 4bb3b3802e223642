import {
  decideExclusion,
  type Exclusion,
  NO_RECORD,
  type ProviderPolicy,
  type Refusal,
  reputationOf,
  type TrackRecord,
} from '@golem/market'
import type { Clock } from '@golem/ports'
import type { Address, Cid, SignedFact } from '@golem/protocol'
import type { FollowedLists } from '../lists/followed-lists.ts'
import type { Logger } from '../logger.ts'
import type { FactBook } from './fact-book.ts'

/** As what a party is judged, and what is under way with it. */
export type Matter = {
  /** Price of a usual subtask: the measure for how much evidence is much. Of requestors, where none was seen yet. */
  payWei: bigint
  /** It works for this node, or this node for it, already. */
  isHired: boolean
}

/** Whom this node works with: by its own facts, its own lists, and those that it follows. */
export type Judgement = {
  ofProvider(provider: Address, matter: Matter & { application: Cid }): Exclusion
  ofRequestor(requestor: Address, matter: Matter): Exclusion
  /** Why a provider is not hired, or null where it is. Whoever is only warned of is told in the log, once. */
  declineProvider(provider: Address, matter: Matter & { application: Cid }): Refusal | null
  /** Why a requestor is not served. */
  declineRequestor(requestor: Address, matter: Matter): Refusal | null
}

/** Parties that were told of. */
const MAX_TOLD = 10_000

type Components = { book: FactBook; lists: Pick<FollowedLists, 'listingsOf'>; clock: Clock; logger: Logger }
type Options = { policy: () => Pick<ProviderPolicy, 'allow' | 'deny' | 'blacklist'> }

export function createJudgement({ book, lists, clock, logger }: Components, { policy }: Options): Judgement {
  const told = new Set<Address>()

  const listsNow = () => {
    const { mode, appealMs } = policy().blacklist
    return { mode, appealWindowS: appealMs === undefined ? undefined : appealMs / 1_000 }
  }
  const ofProvider: Judgement['ofProvider'] = (provider, { application, payWei, isHired }) => {
    const { allow, deny } = policy()
    const nowMs = clock.now()
    const record = book.ofProvider(provider, application)
    return decideExclusion({
      own: reputationOf([{ record, isOwn: true }], { nowMs, payWei: Number(payWei) }),
      listings: lists.listingsOf('provider', provider),
      isHired,
      isAllowed: allow.providers?.includes(provider) === true,
      isDenied: deny.providers?.includes(provider) === true,
      ...listsNow(),
      nowMs,
    })
  }
  /** Asked for each subtask: counted again only where something new is known. */
  const pays = new WeakMap<TrackRecord, bigint | null>()
  const payOf = (requestor: Address, record: TrackRecord): bigint | null => {
    const known = pays.get(record)
    if (known !== undefined || record === NO_RECORD) return known ?? null
    const pay = meanPay(book.facts(requestor))
    pays.set(record, pay)
    return pay
  }
  const ofRequestor: Judgement['ofRequestor'] = (requestor, { payWei, isHired }) => {
    const { allow, deny } = policy()
    const nowMs = clock.now()
    const record = book.ofRequestor(requestor)
    return decideExclusion({
      own: reputationOf([{ record, isOwn: true }], { nowMs, payWei: Number(payOf(requestor, record) ?? payWei) }),
      listings: lists.listingsOf('requestor', requestor),
      isHired,
      isAllowed: allow.requestors.includes(requestor),
      isDenied: deny.requestors.includes(requestor),
      ...listsNow(),
      nowMs,
    })
  }
  const decline = (party: Address, { does, because, message }: Exclusion): Refusal | null => {
    if (does === 'nothing') return null
    if (does === 'exclude') return { code: because === 'listed' ? 'LISTED' : 'NOT_TRUSTED', message }
    if (told.size < MAX_TOLD && !told.has(party)) {
      told.add(party)
      logger.warn({ party }, `${message} It is worked with nevertheless.`)
    }
    return null
  }
  return {
    ofProvider,
    ofRequestor,
    declineProvider: (provider, matter) => decline(provider, ofProvider(provider, matter)),
    declineRequestor: (requestor, matter) => decline(requestor, ofRequestor(requestor, matter)),
  }
}

/** What a subtask of those seen cost; null where none was. */
function meanPay(facts: readonly SignedFact[]): bigint | null {
  const count = facts.reduce((sum, { body }) => sum + body.count, 0)
  return count === 0 ? null : facts.reduce((sum, { body }) => sum + body.valueWei, 0n) / BigInt(count)
}
