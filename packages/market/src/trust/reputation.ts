import { faded, NO_RECORD, type TrackRecord } from './track-record.ts'

/** What one of those who speak says of a party. */
export type Testimony = { record: TrackRecord; isOwn: boolean }

export type Reputation = {
  /** Proven good work less what was bad, as of now: what a new key would have to earn again. */
  standingWei: number
  /** Expected share of good work, 0 to 1: (good + 1/2 prior) / (good + bad + prior). */
  score: number
  /** Paid within a day or so, by all who speak. */
  recentWei: number
  /** Caught within the last `CAUGHT_MS`, by whomever of those who speak; null: not. */
  caughtAtMs: number | null
}

/** Of what others say so much counts. */
export const HEARD_WEIGHT = 0.5

/** Whoever was caught is left alone, and has nothing to lose, for so long; afterwards it begins anew. */
export const CAUGHT_MS = 90 * 86_400_000

/** Nothing is known of a newcomer; so many subtasks' pay of either kind outweighs that. */
const PRIOR_SUBTASKS = 8

/**
 * What is known of one party, from what was seen here and what is heard from those that the node follows: praise among
 * friends costs nothing but gas, and no arithmetic over strangers' words tells friends from others (EigenTrust, WWW 2003,
 * begins with peers that are trusted beforehand for that reason). Of those followed, most have to say it: the lower median
 * counts, so that a few that turn bad neither praise nor blame anybody.
 *
 * @param testimonies one's own, and one of each that is followed, `NO_RECORD` where it says nothing
 * @param payWei price of a usual subtask: the measure for how much evidence is much
 */
export function reputationOf(
  testimonies: readonly Testimony[],
  { nowMs, payWei }: { nowMs: number; payWei: number },
): Reputation {
  let own = NO_RECORD
  let caughtAtMs: number | null = null
  const heard: TrackRecord[] = []
  for (const { record, isOwn } of testimonies) {
    const now = faded(record, nowMs)
    if (now.caughtAtMs !== null && nowMs < now.caughtAtMs + CAUGHT_MS)
      caughtAtMs = Math.max(now.caughtAtMs, caughtAtMs ?? 0)
    if (isOwn) own = now
    else heard.push(now)
  }
  const good = own.goodWei + HEARD_WEIGHT * saidByMost(heard, 'goodWei')
  const bad = own.badWei + HEARD_WEIGHT * saidByMost(heard, 'badWei')
  // Where work is free, a newcomer is one all the same.
  const prior = PRIOR_SUBTASKS * Math.max(1, payWei)
  return {
    standingWei: caughtAtMs === null ? Math.max(0, good - bad) : 0,
    score: (good + prior / 2) / (good + bad + prior),
    recentWei: own.recentWei + heard.length * saidByMost(heard, 'recentWei'),
    caughtAtMs,
  }
}

/**
 * Whether a requestor is worked for only as far as it has paid before: it left something unpaid lately, however much it paid
 * beside, or did more harm than it paid for. What could be bad luck is no fact; an honest one leaves nothing more.
 */
export function isOwing(record: TrackRecord, nowMs: number): boolean {
  const { goodWei, badWei, owedAtMs } = faded(record, nowMs)
  return badWei > goodWei || (owedAtMs !== null && nowMs < owedAtMs + CAUGHT_MS)
}

/** The lower median: at least half of them say so much. */
function saidByMost(heard: readonly TrackRecord[], what: 'goodWei' | 'badWei' | 'recentWei'): number {
  const rank = (heard.length - 1) >> 1
  for (const { [what]: said } of heard) {
    let [below, upTo] = [0, 0]
    for (const { [what]: other } of heard) {
      if (other < said) below += 1
      if (other <= said) upTo += 1
    }
    if (below <= rank && rank < upTo) return said
  }
  return 0
}
