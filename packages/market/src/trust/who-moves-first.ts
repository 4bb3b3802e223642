/** What one party of a pair has at stake in the eyes of the other. */
export type Backing = {
  /** `Reputation.standingWei`, of what the other believes. */
  standingWei: number
  /** Aged, active, and under an arbiter that the other believes; 0 otherwise. */
  stakeWei: number
  /** It was caught by somebody that the other believes (`Reputation.caughtAtMs`): it moves first. */
  isCaught: boolean
}

/**
 * - `requestor`: it pays one interval before the work.
 * - `provider`: it is paid after the check.
 * - `in-turn`: one subtask, its check, its pay, and then the next.
 * - `either`: both have more to lose than an interval.
 */
export type FirstMove = 'requestor' | 'provider' | 'in-turn' | 'either'

export type PairInput = {
  requestor: Backing
  provider: Backing
  /** Of the largest subtask. */
  payWei: number
  /** What both would allow at most. */
  mostWei: number
}

export type PairTerms = {
  first: FirstMove
  /** Over all parallel work of the pair: delivered or in progress, and not accepted. At least one subtask. */
  unpaidWei: number
}

/** So many subtasks' pay at stake make a party known. */
const KNOWN_SUBTASKS = 8
/** Of what a party stands to lose, so much is put into its hands at once. */
export const TRUSTED_SHARE = 0.5
/** One claim burns at most a quarter of a stake. */
const CLAIM_SHARE = 0.25

/** What a party would lose, as the other sees it. */
export const atStake = ({ standingWei, stakeWei }: Backing): number => standingWei + stakeWei * CLAIM_SHARE

/** How much is put into the hands of a party at once: little at first, more with what it has to lose. */
export const trustedWith = (seen: Backing, payWei: number, mostWei: number): number =>
  Math.max(payWei, Math.min(mostWei, payWei + TRUSTED_SHARE * atStake(seen)))

/** Whether a party has more to lose than a newcomer. */
export const isKnown = (seen: Backing, payWei: number): boolean =>
  !seen.isCaught && atStake(seen) >= KNOWN_SUBTASKS * payWei

/** Who moves first, the party with less at stake, and how much may stand open between the two. */
export function whoMovesFirst({ requestor, provider, payWei, mostWei }: PairInput): PairTerms {
  const knows = [isKnown(requestor, payWei), isKnown(provider, payWei)]
  const first: FirstMove =
    requestor.isCaught || (!knows[0] && knows[1])
      ? 'requestor'
      : !knows[0]
        ? 'in-turn'
        : knows[1]
          ? 'either'
          : 'provider'
  if (first === 'in-turn') return { first, unpaidWei: payWei }
  // Who was paid before is trusted with the money alone; otherwise the one with the pay, and the other with the work.
  const trusted = first === 'requestor' ? [provider] : [requestor, provider]
  return { first, unpaidWei: Math.min(...trusted.map((seen) => trustedWith(seen, payWei, mostWei))) }
}

export type OutstandingChecks = 'go-on' | 'accept-on-credit' | 'pause'

/**
 * Checks may lag behind, and never hold up honest work: past the limit the oldest are accepted on credit, or, where a
 * requestor does not, its provider pauses.
 */
export function onLaggingChecks(
  { uncheckedWei, unpaidWei }: { uncheckedWei: number; unpaidWei: number },
  who: 'requestor' | 'provider',
): OutstandingChecks {
  if (uncheckedWei < unpaidWei) return 'go-on'
  return who === 'requestor' ? 'accept-on-credit' : 'pause'
}
