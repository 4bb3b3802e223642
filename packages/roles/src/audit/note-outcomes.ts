import { agreementId, auditorsOf } from '@golem/protocol'
import type { Seen } from '../trust/fact-book.ts'
import type { AnnouncedBatch } from './announce-batch.ts'
import type { AuditServices } from './audit-services.ts'
import type { WorkOutcome } from './audit-work.ts'

/**
 * What a batch has shown: of auditors whose word was right, wrong or missing, and of providers whom two of them convict. A
 * mismatch that is less than that is noted of nobody.
 */
export async function noteOutcomes(
  { book, auditing }: AuditServices,
  { batch, outcomes }: { batch: AnnouncedBatch; outcomes: readonly WorkOutcome[] },
): Promise<void> {
  if (book === undefined) return
  const { root, manifest } = batch.body
  const seen = new Map<string, Seen>()
  const add = (name: string, one: Seen): void => {
    const before = seen.get(name)
    if (before === undefined) seen.set(name, one)
    else Object.assign(before, { count: before.count + 1, valueWei: before.valueWei + one.valueWei })
  }
  const ofAuditor = { agreementId: root, application: auditorsOf(manifest), count: 1 }
  for (const { words, silent, work, isDeterministic, outcome } of outcomes) {
    const { feeWei: valueWei, provider, terms, priceWei } = work
    for (const word of words) {
      const { auditor: subject, verdict } = word
      const kind = word.isWrong ? 'rejected' : 'accepted'
      const isProven = word.isWrong ? isDeterministic : word.isProven
      const evidence = word.isWrong ? verdict : null
      add(`${subject}/${kind}/${isProven}`, { ...ofAuditor, kind, subject, valueWei, isProven, evidence })
    }
    for (const subject of silent)
      add(`${subject}/vanished`, { ...ofAuditor, kind: 'vanished', subject, valueWei, isProven: false, evidence: null })
    if (outcome !== 'penalise') continue
    const of = { agreementId: agreementId(terms), application: manifest, subject: provider, count: 1 }
    const evidence = words.find((word) => !word.isAccepted)?.verdict ?? null
    if (evidence !== null) auditing.onConvicted?.({ provider, verdict: evidence })
    add(`${of.agreementId}/convicted`, { ...of, kind: 'rejected', valueWei: priceWei, isProven: true, evidence })
  }
  book.note([...seen.values()])
}
