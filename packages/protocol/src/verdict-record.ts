import { z } from 'zod'
import { verdict } from './application.ts'
import { drawNumber } from './draws.ts'
import { canonicalJson } from './json.ts'
import { address, type Bytes32, bytes32, cid, signature } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { hashText } from './typed-data.ts'

/** What a verdict rests on that was drawn for it: null where the delivery named no draw. */
export const drawn = z.strictObject({ draw: drawNumber, value: bytes32 })

/**
 * A verdict as it is kept and shown, so that whoever has the delivery can check the same again: what was asked, what was
 * delivered, the seed, and what the check found.
 */
export const verdictBody = z.strictObject({
  format: z.literal('golem-verdict/1'),
  judge: address,
  provider: address,
  manifest: cid,
  agreementId: bytes32,
  index: z.number().int().nonnegative(),
  inputs: cid,
  request: z.strictObject({ method: z.string().max(60), params: z.json() }),
  /** `commitmentOf` the delivery. */
  commitment: bytes32,
  outputs: cid.nullable(),
  seed: bytes32,
  drawn: drawn.nullable(),
  /** `finishedWork`, by which whoever has the application does the check again. */
  work: cid.optional(),
  /** An auditor's: what drew it, and its seed follows from (`auditSeed`). */
  audited: z.strictObject({ root: bytes32, beacon: bytes32 }).optional(),
  verdict,
})
export type VerdictBody = z.infer<typeof verdictBody>

export const signedVerdict = z.strictObject({ body: verdictBody, signature })
export type SignedVerdict = z.infer<typeof signedVerdict>

const digest = (body: VerdictBody): Bytes32 => hashText(`golem/verdict/1\n${canonicalJson(body)}`)

export const signVerdict = (signer: Signer, body: VerdictBody): SignedVerdict => ({
  body,
  signature: signer.signDigest(digest(body)),
})
export const isVerdictSigned = (
  { body, signature: signed }: SignedVerdict,
  recover: RecoverSigner = recoverSigner,
): boolean => recover(digest(body), signed) === body.judge
