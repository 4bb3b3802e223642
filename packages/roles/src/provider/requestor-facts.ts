import type { Seen } from '../trust/fact-book.ts'
import { type Agreement, countedLostWei, type Subtask } from './agreements.ts'
import { unpaidAt } from './options.ts'
import type { LostRecord } from './records.ts'
import type { Rejection } from './rejections.ts'

type Known = {
  rejections: readonly Rejection[]
  /** Of its requestor, in all; null while the agreement goes on. */
  lost: LostRecord | null
}

/**
 * What an agreement has shown so far of its requestor. Unpaid is what was rejected in a way that does not convince. At the
 * end also what it took and said nothing of, whose draws it had revealed. Of whoever paid for as much that counts as one, the
 * dearest: a job that fails leaves some behind, and whoever does so again and again is known by that. Of whoever paid for
 * less all of it counts. What was lost counts where it is more than half of what was paid: somebody else may be faster now
 * and then.
 */
export function requestorFacts(agreement: Agreement, { rejections, lost }: Known): Seen[] {
  const { id, terms, record } = agreement
  const about = { subject: terms.requestor, agreementId: id, application: null }
  const facts: Seen[] = []
  if (record.accepted > 0) {
    const { accepted: count, acceptedWei: valueWei } = record
    facts.push({ ...about, kind: 'accepted', count, valueWei, isProven: true, evidence: null })
  }
  if (agreement.malicious !== null) facts.push({ ...about, kind: 'malicious', ...agreement.malicious, isProven: false })
  const doubted = rejections.filter(({ agreementId, doubt }) => agreementId === id && doubt !== null)
  const unpaid = doubted.map(({ priceWei }) => priceWei)
  if (lost !== null) unpaid.push(...leftBehind(agreement), ...lostBeyondLuck(agreement, lost))
  if (unpaid.length > 0) {
    const valueWei = sumOf(unpaid)
    facts.push({ ...about, kind: 'unpaid', count: unpaid.length, valueWei, isProven: false, evidence: null })
  }
  return facts
}

/** At the end of an agreement: deliveries that its requestor was told of, and showed in no way to have heard. */
export const unanswered = ({ subtasks, drawing }: Agreement): Subtask[] =>
  [...subtasks.values()].filter((each) => each.isSaid && !isRevealed(each, drawing))

const isRevealed = ({ delivered }: Subtask, drawing: Agreement['drawing']): boolean =>
  (delivered?.draw ?? Infinity) <= (drawing?.revealed?.draw ?? -1)

function leftBehind({ subtasks, drawing, record }: Agreement): bigint[] {
  const left = [...subtasks.values()].filter((each) => isRevealed(each, drawing)).map(({ priceWei }) => priceWei)
  left.sort((a, b) => Number(b - a))
  return sumOf(left) > record.acceptedWei ? left : left.slice(0, 1)
}

function lostBeyondLuck(agreement: Agreement, lost: LostRecord): bigint[] {
  const lostWei = countedLostWei([agreement], lost, unpaidAt(agreement.terms).newWei)
  return 2n * lostWei > agreement.record.acceptedWei ? [lostWei] : []
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, wei) => sum + wei, 0n)
