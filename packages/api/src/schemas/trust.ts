import { z } from '@hono/zod-openapi'
import { address, cidText, weiText, wrappedKeyText } from './primitives.ts'

const as = z.enum(['provider', 'requestor'])

/** A party of which this node has seen something. */
export const party = z
  .object({
    address,
    as,
    /** Of a provider's work: of which application, by its title, or its CID where this node has it no more. */
    app: z.string().nullable(),
    accepted: z.number(),
    rejected: z.number(),
    /** Late, vanished, or of a requestor unpaid or malicious. */
    otherwise: z.number(),
    /** Share of good work that is expected, 0 to 1. */
    score: z.number(),
    does: z.enum(['nothing', 'warn', 'exclude']),
  })
  .openapi('Party')
export type Party = z.infer<typeof party>

export const trustView = z.object({ mode: z.enum(['auto', 'warn', 'off']), parties: z.array(party) }).openapi('Trust')
export type TrustView = z.infer<typeof trustView>

export const trustFact = z
  .object({
    kind: z.enum(['accepted', 'rejected', 'late', 'vanished', 'unpaid', 'malicious']),
    agreementId: z.string(),
    count: z.number(),
    valueWei: weiText,
    isProven: z.boolean(),
    /** CID of the verdict. */
    evidence: z.string().nullable(),
    atMs: z.number(),
  })
  .openapi('TrustFact')

/** Work of this node that the party rejected. */
export const trustRejection = z
  .object({
    agreementId: z.string(),
    index: z.number(),
    message: z.string(),
    seed: z.string().nullable(),
    verdict: z.string().nullable(),
    crop: z.string().nullable(),
    /** Why it does not convince; null where it does. */
    doubt: z.string().nullable(),
    atMs: z.number(),
  })
  .openapi('TrustRejection')

export const trustDetail = z
  .object({
    address,
    /** In words: as a provider, as a requestor, and what followed lists say. */
    sentences: z.array(z.string()),
    facts: z.array(trustFact),
    rejections: z.array(trustRejection),
  })
  .openapi('TrustDetail')
export type TrustDetail = z.infer<typeof trustDetail>

export const newRerun = z
  .object({
    /** CID of a verdict. */
    verdict: cidText,
    /** Addresses of peers that may have it; those who are connected, and whoever rejected the work, where none is named. */
    from: z.array(z.string().max(400)).max(16),
    /** Where the work is private and was another node's: what its requestor gave out for this one (`NewAdmission`). */
    key: wrappedKeyText.optional(),
  })
  .openapi('NewRerun')
export type NewRerun = z.infer<typeof newRerun>

/** Lets one more node read what a private job moved, to check a verdict about it. */
export const newAdmission = z
  .object({
    /** CID of a verdict of this node. */
    verdict: cidText,
    /** The auditor's. */
    peerId: z.string().max(100),
  })
  .openapi('NewAdmission')
export type NewAdmission = z.infer<typeof newAdmission>

/** Only the named node can open it, and only for that verdict. */
export const admission = z.object({ key: wrappedKeyText }).openapi('Admission')
export type Admission = z.infer<typeof admission>

const outcome = z.object({
  accepted: z.boolean(),
  /** For people. */
  message: z.string(),
})

/** A verdict beside what this machine finds by the same check. */
export const rerun = z
  .object({
    judge: address,
    provider: address,
    agreementId: z.string(),
    index: z.number(),
    /** `finishedWork`: what a dispute is about. */
    work: z.string(),
    said: outcome,
    found: outcome,
    isSame: z.boolean(),
  })
  .openapi('Rerun')
export type Rerun = z.infer<typeof rerun>
