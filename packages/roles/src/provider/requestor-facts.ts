import type { Seen } from '../trust/fact-book.ts'
import type { Agreement } from './agreements.ts'
import type { Rejection } from './rejections.ts'

/**
 * What an agreement has shown so far of its requestor. Unpaid is what was rejected in a way that does not convince. At the
 * end also what it took and said nothing of, whose draws it had revealed. Of whoever paid for some that counts as one, the
 * dearest: a job that fails leaves some behind, and whoever does so again and again is known by that. Of whoever paid for
 * nothing all of it counts. What was delivered and then cancelled counts beyond the dearest one, where it is more than half of
 * what was paid: somebody else may be faster now and then.
 */
export function requestorFacts(agreement: Agreement, rejections: readonly Rejection[], isOver: boolean): Seen[] {
  const { id, terms, record, subtasks, drawing } = agreement
  const about = { subject: terms.requestor, agreementId: id, application: null }
  const facts: Seen[] = []
  if (record.accepted > 0) {
    const { accepted: count, acceptedWei: valueWei } = record
    facts.push({ ...about, kind: 'accepted', count, valueWei, isProven: true, evidence: null })
  }
  if (agreement.malicious !== null) facts.push({ ...about, kind: 'malicious', ...agreement.malicious, isProven: false })
  const doubted = rejections.filter(({ agreementId, doubt }) => agreementId === id && doubt !== null)
  const latest = drawing?.revealed?.draw ?? -1
  const kept = isOver ? [...subtasks.values()].filter(({ delivered }) => (delivered?.draw ?? Infinity) <= latest) : []
  const dearest = kept.sort((a, b) => Number(b.priceWei - a.priceWei))
  const unpaid = [...doubted, ...(record.accepted > 0 ? dearest.slice(0, 1) : dearest)].map(({ priceWei }) => priceWei)
  const lost = record.lostWei - record.dearestLostWei
  if (2n * lost > record.acceptedWei) unpaid.push(lost)
  if (unpaid.length > 0) {
    const valueWei = unpaid.reduce((sum, priceWei) => sum + priceWei, 0n)
    facts.push({ ...about, kind: 'unpaid', count: unpaid.length, valueWei, isProven: false, evidence: null })
  }
  return facts
}
