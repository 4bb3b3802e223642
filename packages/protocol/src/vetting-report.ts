import { z } from 'zod'
import { usage } from './delivery.ts'
import { canonicalJson } from './json.ts'
import { observation } from './observation.ts'
import { address, type Bytes32, cid, signature, timestampMs } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { hashText } from './typed-data.ts'

export const MAX_VETTED_REQUESTS = 100
export const MAX_VETTED_MALWARE = 20
/** Of one report. */
export const MAX_REPORT_BYTES = 1024 ** 2

/** What a program was asked while it was observed, and how that ended: `answered`, or the code of what went wrong. */
export const vettedRequest = z.strictObject({
  method: z.string().max(60),
  params: z.record(z.string(), z.json()),
  outcome: z.string().max(60),
})

/**
 * What an application's program tried while an auditor ran it under observation. Facts alone: what is suspicious of them
 * is for whoever reads it to say (`judgeObservation` in `market`). Kept by CID, as canonical JSON.
 */
export const vettingBody = z.strictObject({
  format: z.literal('golem-vetting/1'),
  auditor: address,
  manifest: cid,
  /** `ready`, or the code of what kept it from saying so. */
  began: z.string().max(60),
  requests: z.array(vettedRequest).max(MAX_VETTED_REQUESTS),
  /** What lay at /in; null for nothing. */
  inputs: cid.nullable(),
  observation,
  /** What a scanner found in its code, module, image and inputs, the first of it; null where none looked. */
  malware: z
    .array(z.strictObject({ path: z.string().max(300), name: z.string().max(200) }))
    .max(MAX_VETTED_MALWARE)
    .nullable(),
  /** It was ended by this bound. */
  limit: z.string().max(40).nullable(),
  /** What it read and wrote is of files and answers alike. */
  usage,
  atMs: timestampMs,
})
export type VettingBody = z.infer<typeof vettingBody>

export const vettingReport = z.strictObject({ body: vettingBody, signature })
export type VettingReport = z.infer<typeof vettingReport>

const digest = (body: VettingBody): Bytes32 => hashText(`golem/vetting/1\n${canonicalJson(body)}`)

export const signVetting = (signer: Signer, body: VettingBody): VettingReport => ({
  body,
  signature: signer.signDigest(digest(body)),
})
export const isVettingSigned = (
  { body, signature: signed }: VettingReport,
  recover: RecoverSigner = recoverSigner,
): boolean => recover(digest(body), signed) === body.auditor
