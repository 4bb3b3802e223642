import type { DisputePhase } from './dispute-phase.ts'

export type DisputeActInput = {
  phase: DisputePhase
  /** Accuser or accused. */
  isParty: boolean
  /** The newest block comes after the one that draws. */
  canDraw: boolean
  /** On the panel of this round; null where this node holds no seat. */
  seat: { hasCommitted: boolean; hasVoted: boolean } | null
  /** What this node committed to is known here. */
  knowsVote: boolean
  /** It voted, in any round, as it ended, and was not paid for that. */
  hasFee: boolean
  owedWei: bigint
}
export type DisputeAct = 'nudge' | 'draw' | 'commit' | 'reveal' | 'finish' | 'take-fee' | 'take-owed' | null

/** What a node does next in a dispute that it is a party to, or sits on the panel of. */
export function disputeAct(input: DisputeActInput): DisputeAct {
  const { phase, isParty, canDraw, seat, knowsVote, hasFee, owedWei } = input
  switch (phase) {
    case 'drawing':
      if (!isParty) return null
      return canDraw ? 'draw' : 'nudge'
    case 'committing':
      return seat !== null && !seat.hasCommitted ? 'commit' : null
    case 'revealing':
      return seat?.hasCommitted && !seat.hasVoted && knowsVote ? 'reveal' : null
    case 'appealing':
      return null
    case 'due':
      return isParty || seat !== null ? 'finish' : null
    case 'finished':
      if (hasFee) return 'take-fee'
      return isParty && owedWei > 0n ? 'take-owed' : null
  }
}
