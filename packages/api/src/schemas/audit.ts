import { z } from '@hono/zod-openapi'
import { address, timestampMs, weiText } from './primitives.ts'

/** Whom a job lets audit its finished work: who has something at stake for that; whom this node follows; nobody. */
export const auditorsChoice = z.enum(['any', 'followed', 'none'])
export type AuditorsChoice = z.infer<typeof auditorsChoice>

/** An audit that this node made. */
export const madeAudit = z
  .object({
    requestor: address,
    provider: address,
    /** Of the application, or its CID where this node has it no more. */
    app: z.string(),
    index: z.number(),
    isAccepted: z.boolean(),
    /** For people. */
    message: z.string(),
    /** CID of the verdict. */
    verdict: z.string(),
    feeWei: weiText,
    atMs: timestampMs,
  })
  .openapi('MadeAudit')

/** Work of this node's jobs that auditors looked at. */
export const gotAudit = z
  .object({
    job: z.string(),
    subtask: z.string(),
    provider: address,
    /** Its answer was made wrong by intention, to see what auditors say. */
    isPlanted: z.boolean(),
    /**
     * For the provider: `right`; `withhold`, it differs, and that convicts nobody; `penalise`, two agreed against it;
     * `split`, they disagree; null where nothing was found out, or it was planted.
     */
    outcome: z.enum(['right', 'withhold', 'penalise', 'split', 'unclear']).nullable(),
    words: z.array(
      z.object({
        auditor: address,
        isAccepted: z.boolean(),
        /** It was shown to be wrong. */
        isWrong: z.boolean(),
        verdict: z.string(),
        feeWei: weiText,
      }),
    ),
    atMs: timestampMs,
  })
  .openapi('GotAudit')

export const auditsView = z
  .object({
    /** This node audits the work of others. */
    isOn: z.boolean(),
    /** What it has at stake for that. */
    stakeWei: weiText,
    underWay: z.number(),
    /** Newest first. */
    made: z.array(madeAudit),
    got: z.array(gotAudit),
  })
  .openapi('Audits')
export type AuditsView = z.infer<typeof auditsView>

export const auditsChange = z.object({ isOn: z.boolean() }).strict().openapi('AuditsChange')
export type AuditsChange = z.infer<typeof auditsChange>
