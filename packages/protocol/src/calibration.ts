import { z } from 'zod'
import { type Address, type Bytes32, bytes32, signature } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { type Domain, type TypedStruct, typedDigest } from './typed-data.ts'

/**
 * Settings under which a program computes as programs do on other processors: a newer one can run what an older one has.
 * Without any it computes as this machine does by itself.
 */
export const kernel = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9.-]{0,19}$/),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(400)),
})
export type Kernel = z.infer<typeof kernel>

/** How a program is asked which class it is in, and what classes it can be run in. */
export const calibrate = z.strictObject({
  /** Asked with `params`, and with a `seed` in an agreement; the `hash` in its answer (32 bytes hex) is the equivalence class. */
  method: z.string().max(60),
  params: z.record(z.string(), z.json()),
  /** Beside the machine's own. */
  kernels: z.array(kernel).max(8).optional(),
})
export type Calibrate = z.infer<typeof calibrate>

/**
 * A provider's signed word, in an agreement: "for this seed, which I had not seen, my program computes this". Programs
 * whose hashes for one seed are equal form a class, in which results are equal to the last bit.
 */
export const calibration = z.strictObject({ seed: bytes32, hash: bytes32, signature })
export type Calibration = z.infer<typeof calibration>

const CALIBRATION: TypedStruct = {
  name: 'Calibration',
  fields: [
    { name: 'agreementId', type: 'bytes32' },
    { name: 'seed', type: 'bytes32' },
    { name: 'hash', type: 'bytes32' },
  ],
}

type Body = Omit<Calibration, 'signature'>
const digest = (domain: Domain, agreementId: Bytes32, { seed, hash }: Body): Bytes32 =>
  typedDigest(domain, CALIBRATION, { agreementId, seed, hash })

export const signCalibration = (signer: Signer, domain: Domain, agreementId: Bytes32, body: Body): Calibration => ({
  ...body,
  signature: signer.signDigest(digest(domain, agreementId, body)),
})

export const isCalibrationSignedBy = (
  by: Address,
  domain: Domain,
  agreementId: Bytes32,
  { signature: signed, ...body }: Calibration,
  recover: RecoverSigner = recoverSigner,
): boolean => recover(digest(domain, agreementId, body), signed) === by
