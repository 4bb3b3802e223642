import { z } from 'zod'
import { settlement } from './demand.ts'
import { address, type Bytes32, bytes32, cid, type Signature, timestampMs, wei } from './primitives.ts'
import { recoverSigner, type Signer } from './signer.ts'
import { type Domain, type TypedStruct, type TypedValue, typedDigest } from './typed-data.ts'

/** What both sides sign before any work. */
export const terms = z.strictObject({
  demandId: bytes32,
  offerId: bytes32,
  requestor: address,
  provider: address,
  payee: address,
  author: address,
  royaltyBps: z.number().int().min(0).max(2_000),
  manifest: cid,
  settlement,
  /** Price of a subtask = its units times this, per reference core-hour. */
  pricePerCoreHourWei: wei,
  /** The most that this agreement can cost. */
  capWei: wei,
  /** Value delivered but not yet accepted, plus work in progress, never exceeds this. */
  unpaidLimitWei: wei,
  deadlineMs: timestampMs,
})
export type Terms = z.infer<typeof terms>

const AGREEMENT: TypedStruct = {
  name: 'Agreement',
  fields: [
    { name: 'demandId', type: 'bytes32' },
    { name: 'offerId', type: 'bytes32' },
    { name: 'requestor', type: 'address' },
    { name: 'provider', type: 'address' },
    { name: 'payee', type: 'address' },
    { name: 'author', type: 'address' },
    { name: 'royaltyBps', type: 'uint16' },
    { name: 'manifest', type: 'string' },
    { name: 'token', type: 'address' },
    { name: 'pricePerCoreHour', type: 'uint128' },
    { name: 'cap', type: 'uint128' },
    { name: 'unpaidLimit', type: 'uint128' },
    { name: 'deadlineMs', type: 'uint64' },
  ],
}

/** Signatures count for one payment contract on one chain. */
export const domainOf = (where: Terms['settlement']): Domain => ({
  chainId: where.chainId,
  verifyingContract: where.payments,
})

/** The digest that both sides sign; it is also the agreement's id. */
export function agreementId(agreed: Terms): Bytes32 {
  const { settlement: where, pricePerCoreHourWei, capWei, unpaidLimitWei, ...rest } = agreed
  const value: TypedValue = {
    ...rest,
    token: where.token,
    pricePerCoreHour: pricePerCoreHourWei,
    cap: capWei,
    unpaidLimit: unpaidLimitWei,
  }
  return typedDigest(domainOf(where), AGREEMENT, value)
}

export const signTerms = (signer: Signer, agreed: Terms): Signature => signer.signDigest(agreementId(agreed))
export const isTermsSignedBy = (agreed: Terms, by: Terms['requestor'], signature: Signature): boolean =>
  recoverSigner(agreementId(agreed), signature) === by

/** Work is counted in micro core-seconds of the reference machine, so that prices are exact integers. */
export type WorkUnits = number
const UNITS_PER_CORE_HOUR = 3_600_000_000n

/** Price of a subtask, rounded up to whole base units. */
export function priceOf(units: WorkUnits, pricePerCoreHourWei: bigint): bigint {
  return (BigInt(units) * pricePerCoreHourWei + UNITS_PER_CORE_HOUR - 1n) / UNITS_PER_CORE_HOUR
}
