import { z } from 'zod'
import { canonicalJson } from './json.ts'
import { address, type Bytes32, bytes32, cid, signature, timestampMs, wei } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { hashText } from './typed-data.ts'

/**
 * What one party says of another, of one agreement: `accepted` and paid; `rejected`, with evidence; `late`; `vanished` with
 * work that it had taken, or with what it had delivered; `unpaid` and `malicious`, of a requestor: it owes; what it gave to be computed has programs in it
 * that are known to harm.
 */
export const factKind = z.enum(['accepted', 'rejected', 'late', 'vanished', 'unpaid', 'malicious'])

/** Of one kind, all that an agreement brought so far: the newest word replaces those before. */
export const factBody = z.strictObject({
  format: z.literal('golem-fact/1'),
  kind: factKind,
  subject: address,
  by: address,
  agreementId: bytes32,
  /** Manifest of the work; null about a requestor. */
  application: cid.nullable(),
  /** Subtasks. */
  count: z.number().int().positive(),
  /** Their price in all. */
  valueWei: wei,
  /** `accepted`: it was computed again, in whole or in part. `rejected`: two others agreed with each other and not with it. */
  isProven: z.boolean(),
  /** `rejected`: by whoever signs this alone, who computed it again where it gives the same everywhere. Absent: otherwise. */
  isExact: z.literal(true).optional(),
  /** What shows it: a verdict, or what was malicious. */
  evidence: cid.nullable(),
  atMs: timestampMs,
})
export type FactBody = z.infer<typeof factBody>

export const signedFact = z.strictObject({ body: factBody, signature })
export type SignedFact = z.infer<typeof signedFact>

const digest = (body: FactBody): Bytes32 => hashText(`golem/fact/1\n${canonicalJson(body)}`)

export const signFact = (signer: Signer, body: FactBody): SignedFact => ({
  body,
  signature: signer.signDigest(digest(body)),
})
export const isFactSigned = (
  { body, signature: signed }: SignedFact,
  recover: RecoverSigner = recoverSigner,
): boolean => recover(digest(body), signed) === body.by
