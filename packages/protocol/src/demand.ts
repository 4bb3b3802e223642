import { z } from 'zod'
import { canonicalJson } from './json.ts'
import { address, bytes32, cid, signature, timestampMs, wei } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { hashText } from './typed-data.ts'

/** Where the money of a demand lives. Peers that do not know these contracts stay silent. */
export const settlement = z.strictObject({ chainId: z.number().int().positive(), payments: address, token: address })
export type Settlement = z.infer<typeof settlement>

/** A peer that can be dialled. */
export const peerContact = z.strictObject({
  peerId: z.string().max(100),
  addresses: z.array(z.string().max(200)).max(16),
})
export type PeerContact = z.infer<typeof peerContact>

/** A requestor asks for work; handed to the providers that it draws. */
export const demandBody = z.strictObject({
  id: bytes32,
  requestor: address,
  contact: peerContact,
  manifest: cid,
  /** What a person reads: `blender 3.4.1`. Decides nothing. */
  app: z.string().max(80),
  settlement,
  /** The most the requestor pays for one core-hour of the reference machine. */
  maxPricePerCoreHourWei: wei,
  issuedAtMs: timestampMs,
  expiresAtMs: timestampMs,
})
export type DemandBody = z.infer<typeof demandBody>
export const demand = z.strictObject({ body: demandBody, signature })
export type Demand = z.infer<typeof demand>

/** A provider's answer to one demand, sent to the requestor alone. */
export const offerBody = z.strictObject({
  id: bytes32,
  demandId: bytes32,
  provider: address,
  /** Who is paid; may differ from the provider's own key. */
  payee: address,
  contact: peerContact,
  manifest: cid,
  /** For one core-hour of the reference machine, not of the wall clock. */
  pricePerCoreHourWei: wei,
  /** Cores lent. */
  cores: z.number().int().positive().max(1024),
  /** Measured speed of one core; the reference machine has 1. */
  speed: z.number().positive().max(1_000),
  /** Hash of the application's calibration here: machines of one class give equal bits. */
  equivalenceClass: bytes32,
  /** Value that the provider carries unpaid, in all, before it pauses. */
  unpaidLimitWei: wei,
  expiresAtMs: timestampMs,
})
export type OfferBody = z.infer<typeof offerBody>
export const offer = z.strictObject({ body: offerBody, signature })
export type Offer = z.infer<typeof offer>

const digest = (kind: string, body: DemandBody | OfferBody) => hashText(`golem/${kind}/1\n${canonicalJson(body)}`)

export const signDemand = (signer: Signer, body: DemandBody): Demand => ({
  body,
  signature: signer.signDigest(digest('demand', body)),
})
export const isDemandSigned = ({ body, signature }: Demand, recover: RecoverSigner = recoverSigner): boolean =>
  recover(digest('demand', body), signature) === body.requestor

export const signOffer = (signer: Signer, body: OfferBody): Offer => ({
  body,
  signature: signer.signDigest(digest('offer', body)),
})
export const isOfferSigned = ({ body, signature }: Offer, recover: RecoverSigner = recoverSigner): boolean =>
  recover(digest('offer', body), signature) === body.provider
