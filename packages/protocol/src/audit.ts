import { z } from 'zod'
import { auditBatch, MAX_AUDIT_PROOF } from './audit-batch.ts'
import { wrappedKey } from './content-key.ts'
import { bytes32, cid, signature } from './primitives.ts'
import { funding, voucher } from './voucher.ts'

/** A requestor asks an auditor. One request and one reply a stream; what takes long is asked again. */
export const AUDIT_PROTOCOL = '/golem/audit/1.0.0'

const root = bytes32

export const auditRequest = z.discriminatedUnion('type', [
  /** Hear of a batch, before its beacon. */
  z.strictObject({ type: z.literal('batch'), batch: auditBatch }),
  /** Audit this of it: the auditor was drawn. The same again asks how it stands. */
  z.strictObject({
    type: z.literal('audit'),
    root,
    /** `finishedWork` */
    work: cid,
    proof: z.array(z.strictObject({ hash: bytes32, left: z.boolean() })).max(MAX_AUDIT_PROOF),
    /** What covers its fee; null where it was shown before, or the work costs nothing. */
    funding: funding.nullable(),
    /** Of a private job: wrapped for this auditor, for this work. */
    contentKey: wrappedKey.optional(),
  }),
  /** The fees of these verdicts. */
  z.strictObject({ type: z.literal('pay'), root, works: z.array(cid).min(1).max(256), voucher }),
])
export type AuditRequest = z.output<typeof auditRequest>

export const auditReply = z.discriminatedUnion('type', [
  /** `signHeard` */
  z.strictObject({ type: z.literal('heard'), signature }),
  z.strictObject({ type: z.literal('working') }),
  /** `signedVerdict` */
  z.strictObject({ type: z.literal('verdict'), verdict: cid }),
  z.strictObject({ type: z.literal('paid') }),
  z.strictObject({ type: z.literal('declined'), reason: z.string().max(300) }),
])
export type AuditReply = z.output<typeof auditReply>
