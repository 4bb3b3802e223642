import type { Fact } from './fact.ts'

/**
 * What the facts about one party come to: sums of value that fade. About a provider one for each application, about a
 * requestor one; apart by who says so. Values are wei as numbers: statistics need no last digit.
 */
export type TrackRecord = {
  /** Value of work that was proven good. */
  goodWei: number
  /** Value of work that was not, each kind by its weight. */
  badWei: number
  /** All work paid within the last `RECENT_MS` or so, proven or not: how much is going on. */
  recentWei: number
  /** Caught at this time, with a wrong result or what it owes; null: never. */
  caughtAtMs: number | null
  /** It left something unpaid at this time, whether that is proven to others or not; null: never. */
  owedAtMs: number | null
  /** The sums are as of then. */
  atMs: number
}

export const NO_RECORD: TrackRecord = { goodWei: 0, badWei: 0, recentWei: 0, caughtAtMs: null, owedAtMs: null, atMs: 0 }

/** After so long a fact counts half (the forgetting factor of the beta reputation system, Jøsang and Ismail 2002). */
export const HALF_LIFE_MS = 30 * 86_400_000
/** A verdict has reached everybody within this: what is cheated before costs a reputation once. */
export const RECENT_MS = 86_400_000

/**
 * Of the value of the work. A lie weighs more than bad luck; what pays is to do what was agreed. Of a newcomer one malicious
 * subtask is enough to be left alone, and scanners err: what it did well before counts against that, and all of it fades.
 */
const WEIGHTS = { late: 1, vanished: 2, rejected: 4, unpaid: 4, malicious: 10 } as const

/** The sums as of a later time. An earlier one changes nothing: facts may come in any order. */
export function faded(record: TrackRecord, nowMs: number): TrackRecord {
  const passedMs = nowMs - record.atMs
  if (passedMs <= 0 || record === NO_RECORD) return record
  const kept = 2 ** (-passedMs / HALF_LIFE_MS)
  return {
    goodWei: record.goodWei * kept,
    badWei: record.badWei * kept,
    recentWei: record.recentWei * Math.exp(-passedMs / RECENT_MS),
    caughtAtMs: record.caughtAtMs,
    owedAtMs: record.owedAtMs,
    atMs: nowMs,
  }
}

/**
 * One more fact. Value counts, never the number of jobs, so that a thousand tiny ones weigh as much as their sum; only what
 * was checked raises a record, so that cheats that pass unseen earn no trust; a lie that is proven, or that an exact check of one's
 * own found, takes all of it away. By the first it is caught for all, by the second nothing is shown to anybody else.
 */
export function noteFact(
  record: TrackRecord,
  fact: Pick<Fact, 'kind' | 'valueWei' | 'atMs' | 'isProven' | 'isExact'>,
): TrackRecord {
  const next = { ...faded(record, fact.atMs), atMs: Math.max(record.atMs, fact.atMs) }
  // One that comes late has faded by itself.
  const age = Math.max(0, next.atMs - fact.atMs)
  const value = Number(fact.valueWei) * 2 ** (-age / HALF_LIFE_MS)
  if (fact.kind === 'accepted') {
    if (fact.isProven) next.goodWei += value
    next.recentWei += Number(fact.valueWei) * Math.exp(-age / RECENT_MS)
    return next
  }
  next.badWei += value * WEIGHTS[fact.kind]
  if (fact.kind === 'unpaid') next.owedAtMs = Math.max(fact.atMs, next.owedAtMs ?? 0)
  if (fact.kind === 'rejected' && fact.isExact === true) next.goodWei = 0
  if (fact.isProven && (fact.kind === 'rejected' || fact.kind === 'unpaid')) {
    next.goodWei = 0
    next.caughtAtMs = Math.max(fact.atMs, next.caughtAtMs ?? 0)
  }
  return next
}
