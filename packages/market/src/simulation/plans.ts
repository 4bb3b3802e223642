import type { Random } from './random.ts'

/** What a provider does with one subtask. */
export type Act =
  | { does: 'work' }
  /** `spends`: of an honest one's cost. `seen`: chance that a tolerant check shows it; an exact one always does. */
  | { does: 'cheat'; spends: number; seen: number }
  | { does: 'late' }
  /** Takes it, and is not heard of again. */
  | { does: 'vanish' }

/** All that a provider can know when it decides; of its own check rate more than it would. */
export type Sight = {
  round: number
  requestor: number
  payWei: number
  /** How often what it delivers is checked. */
  rate: number
  /** Subtasks that it was paid for, by anybody, since it has its key. */
  paid: number
  /** The same, by this requestor. */
  paidHere: number
  /** It cheated this requestor before. */
  cheatedHere: number
  random: Random
}

export type ProviderPlan = {
  act: (sight: Sight) => Act
  /** What it does when it learns that what it delivered is checked. Default: hands it over. */
  whenDrawn?: 'hands-over' | 'vanishes'
  /** It makes a new key, and leaves what it had on the old one. */
  isRenewed?: (state: { isCaught: boolean; round: number; paid: number }) => boolean
  /** Its equivalence class is one that so many checkers can reproduce, 0 to 1. Default: 1. */
  reproducible?: number
  /** It says that it is so much faster. Default: 1. */
  boasts?: number
  /** Its friends among the witnesses say that it is right. */
  hasWitnesses?: boolean
  /** Its friends among the requestors say that they checked so much work of it each round, in subtasks. */
  praisedWith?: number
  /** It has requestors that hear of nobody but through it, so many of all. */
  eclipses?: number
  /** It tries so many signatures and outputs, and delivers the one that it thinks is not drawn. */
  grinds?: number
  /** Rivals are said to have vanished with so much, each round, by its friends among the requestors. */
  badmouths?: number
}

export const HONEST_PROVIDER: ProviderPlan = { act: () => ({ does: 'work' }) }

/** What a requestor does with right results of a batch. */
export type Settling =
  | 'pays'
  /** Says nothing, and does not pay. */
  | 'refuses'
  /** Says that they are wrong. */
  | 'rejects'
  /** Sends a voucher that it sent before. */
  | 'replays'
  /** Sends a voucher for what is not locked, because it withdrew. */
  | 'withdraws'

export type RequestorPlan = {
  settles: (sight: { round: number; provider: number; owedWei: number; paidHere: number; random: Random }) => Settling
  /** What it promises is not locked on chain. */
  isUnfunded?: boolean
  /** It makes a new key. */
  isRenewed?: (state: { round: number; unpaid: number }) => boolean
  /** Its subtasks cannot be computed by anybody, or harm who tries; the sandbox holds. */
  isMalicious?: boolean
  /** Its program answers by the processor that it runs on, and its friends say that others are wrong. */
  frames?: boolean
  /** It does not reveal a seed that would have checked what it likes. */
  hidesSeeds?: boolean
  /** It tries so many chains of seeds before it signs the head of the one it likes best. */
  grinds?: number
}

export const HONEST_REQUESTOR: RequestorPlan = { settles: () => 'pays' }
