import { type Address, type Bytes32, hashText } from '@golem/protocol'
import { judgeMismatch, type MismatchVerdict } from './judge-mismatch.ts'

/** What an auditor found, by its output: another verdict has another. */
export type AuditorSaid = { by: Address; output: Bytes32 }

export type WeighInput = {
  requestor: Address
  provider: Address
  /** The output of whoever finds the delivery right. */
  delivered: Bytes32
  /** As its requestor judged it before. */
  isAccepted: boolean
  /** The answer was made to be known beforehand: only the auditor is in question. */
  isPlanted: boolean
  /** What the requestor finds by the auditors' seed; null: it has not looked. */
  own: Bytes32 | null
  words: readonly AuditorSaid[]
  /** Others that can be asked. */
  seatsLeft: number
  /** What it ran on is certified to give the same each time. */
  isDeterministic: boolean
}

export type Weighed = {
  /** What is needed before more is known: another auditor's word, or the requestor's own computation. */
  next: 'ask' | 'compute' | null
  /** What comes of it for the provider; null where nothing was found out, or it was planted. */
  provider: MismatchVerdict | null
  /** Whose word was shown to be wrong. */
  wrong: Address[]
  /** Whose word was shown to be right, by an answer known here. */
  right: Address[]
}

/** A second opinion is wanted where the first is against somebody. */
const OPINIONS = 2

/**
 * What follows from what auditors say of one delivery. A yes to what was accepted is believed. Everything else is looked at
 * here as well, by the same seed, and by a second auditor; only then is anybody blamed.
 */
export function weighAudit(input: WeighInput): Weighed {
  const { requestor, provider, delivered, isAccepted, isPlanted, own, words, seatsLeft, isDeterministic } = input
  const nothing = { provider: null, wrong: [], right: [] }
  if (words.length === 0) return { next: seatsLeft > 0 ? 'ask' : null, ...nothing }
  const isQuestioned = isPlanted || !isAccepted || words.some(({ output }) => output !== delivered)
  if (!isQuestioned) return { next: null, ...nothing, provider: 'right' }
  if (own === null) return { next: 'compute', ...nothing }
  const right = words.filter(({ output }) => output === own).map(({ by }) => by)
  const differing = words.filter(({ output }) => output !== own).map(({ by }) => by)
  if (isPlanted) return { next: null, provider: null, wrong: differing, right }
  // Elsewhere a processor of another class may find something else in good faith: another auditor has to say so, too.
  const wrong = isDeterministic || right.length > 0 ? differing : []
  const believed = words.filter(({ by }) => !wrong.includes(by))
  if (believed.length < OPINIONS && seatsLeft > 0) return { next: 'ask', ...nothing }
  const reexecutions = [{ by: requestor, output: own }, ...believed].map((each) => ({
    ...each,
    equivalenceClass: SAME,
  }))
  const judged = judgeMismatch({
    ...{ provider, requestor, reexecutions, isDeterministic },
    delivered: { output: delivered, equivalenceClass: SAME },
  })
  return { next: null, provider: judged, wrong, right }
}

/** One machine's classes are told apart by whether its runtime is deterministic. */
const SAME = hashText('golem/audit/class')
