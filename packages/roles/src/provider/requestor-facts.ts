import type { Seen } from '../trust/fact-book.ts'
import type { Agreement, Subtask } from './agreements.ts'
import type { Rejection } from './rejections.ts'

/**
 * What an agreement has shown so far of its requestor. Unpaid is what was rejected, and what was said to be delivered and
 * called off, or left at the end.
 */
export function requestorFacts(agreement: Agreement, rejections: readonly Rejection[]): Seen[] {
  const { id, terms, record } = agreement
  const about = { subject: terms.requestor, agreementId: id, application: null }
  const facts: Seen[] = []
  if (record.accepted > 0) {
    const { accepted: count, acceptedWei: valueWei } = record
    facts.push({ ...about, kind: 'accepted', count, valueWei, isProven: true, evidence: null })
  }
  if (agreement.malicious !== null) facts.push({ ...about, kind: 'malicious', ...agreement.malicious, isProven: false })
  const counted = rejections.filter(({ agreementId, unpaidWei }) => agreementId === id && unpaidWei > 0n)
  const valueWei = counted.reduce((sum, { unpaidWei }) => sum + unpaidWei, record.left.wei)
  const count = counted.length + record.left.count
  if (count > 0) facts.push({ ...about, kind: 'unpaid', count, valueWei, isProven: false, evidence: null })
  return facts
}

/** What its requestor was told to be delivered, and neither paid nor rejected. */
export const leftUnpaid = ({ subtasks }: Agreement): Subtask[] => [...subtasks.values()].filter(({ isSaid }) => isSaid)
