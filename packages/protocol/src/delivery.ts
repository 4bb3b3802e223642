import { z } from 'zod'
import { type Address, type Bytes32, bytes32, cid, type Signature, signature } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { type Domain, type TypedStruct, typedDigest } from './typed-data.ts'

/** Metered by the provider's kernel; informs later quotes, never the bill. */
export const usage = z.strictObject({
  wallMs: z.number().nonnegative(),
  cpuMs: z.number().nonnegative(),
  peakMemoryBytes: z.number().nonnegative(),
  /** Read and written by the program: files, pipes, its requests and answers. */
  bytesIn: z.number().nonnegative(),
  bytesOut: z.number().nonnegative(),
})
export type Usage = z.infer<typeof usage>

/** A provider's signed word: "for this index of this agreement, these are my outputs". */
export const delivery = z.strictObject({
  agreementId: bytes32,
  index: z.number().int().nonnegative(),
  outputs: cid,
  signature,
})
export type Delivery = z.infer<typeof delivery>

const DELIVERY: TypedStruct = {
  name: 'Delivery',
  fields: [
    { name: 'agreementId', type: 'bytes32' },
    { name: 'index', type: 'uint32' },
    { name: 'outputs', type: 'string' },
  ],
}

const digest = (domain: Domain, body: Omit<Delivery, 'signature'>): Bytes32 =>
  typedDigest(domain, DELIVERY, { agreementId: body.agreementId, index: body.index, outputs: body.outputs })

export function signDelivery(signer: Signer, domain: Domain, body: Omit<Delivery, 'signature'>): Delivery {
  const signed: Signature = signer.signDigest(digest(domain, body))
  return { ...body, signature: signed }
}

export function isDeliverySignedBy(
  by: Address,
  domain: Domain,
  { signature: signed, ...body }: Delivery,
  recover: RecoverSigner = recoverSigner,
): boolean {
  return recover(digest(domain, body), signed) === by
}
