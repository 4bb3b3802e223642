/** One claim burns at most a quarter of a stake (contracts/solidity `Stake`). */
const CLAIM_SHARE = 0.25

export type LossInput = {
  /** Delivered to this requestor, not yet accepted, and forfeited with the one that is caught. */
  unpaidWei: number
  /** Aged, active, and under an arbiter that this node believes; 0 otherwise. */
  stakeWei: number
  /** `Reputation.standingWei` */
  standingWei: number
  /** Paid by this requestor within a day or so. */
  ownRecentWei: number
  /** The same by everybody known: `Reputation.recentWei`. At least one's own. */
  recentWei: number
}

/**
 * What a provider loses besides the pay of the subtask when it is caught. Stake and standing are lost once, however many are
 * cheated at the same time; so each requestor counts on its share of them by how much of the provider's work is its own.
 */
export function lossAtStake({ unpaidWei, stakeWei, standingWei, ownRecentWei, recentWei }: LossInput): number {
  const own = ownRecentWei + unpaidWei
  const all = Math.max(recentWei, ownRecentWei) + unpaidWei
  // Nobody's work so far: all that it has is at stake here.
  const share = all > 0 ? own / all : 1
  return unpaidWei + share * (stakeWei * CLAIM_SHARE + standingWei)
}

export type PairLossInput = Pick<LossInput, 'stakeWei' | 'standingWei' | 'ownRecentWei'> & {
  /** What the provider could earn in a day with what it lends. */
  dayWei: number
}

/**
 * The same for a requestor that is told by nobody how much a provider works for others: of a stake it counts on its part of
 * all that the provider could do in a day. The standing is with it alone, and lost here by its own exact check (`noteFact`),
 * whatever others know; the stake, where it goes to a panel with that.
 */
export const lossInPair = ({ stakeWei, standingWei, ownRecentWei, dayWei }: PairLossInput): number =>
  standingWei + lossAtStake({ unpaidWei: 0, stakeWei, standingWei: 0, ownRecentWei, recentWei: dayWei })
