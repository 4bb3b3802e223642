import type { StoreChange } from '@golem/ports'
import {
  type Address,
  address,
  type Bytes32,
  bytes32,
  channelKey,
  cid,
  drawNumber,
  draws,
  encodeJson,
  funding,
  peerContact,
  type Settlement,
  signature,
  terms,
  timestampMs,
  usage,
  voucher,
  wei,
} from '@golem/protocol'
import { z } from 'zod'

const count = z.number().int().nonnegative()

/** An agreement that is open. */
export const agreementRecord = z.object({
  terms,
  /** The requestor's. */
  signature,
  contact: peerContact,
  openedAtMs: timestampMs,
  acceptedWei: wei,
  delivered: count,
  accepted: count,
  rejected: count,
  /** Of what was said and left unpaid, what is no bad luck. */
  left: z.object({ count, wei }).default({ count: 0, wei: 0n }),
  /** What checks are drawn by, and how many draws were named by deliveries; older agreements have none. */
  draws: draws.nullable().default(null),
  drawn: count.default(0),
})
export type AgreementRecord = z.infer<typeof agreementRecord>

/** What one requestor was told to be delivered and left at the end, in all its agreements. */
export const lostRecord = z.object({ lostWei: wei, dearestWei: wei })
export type LostRecord = z.infer<typeof lostRecord>

/** A subtask that was delivered. `settled` ones are kept as an index only, so that none is delivered or paid twice. */
export const deliveryRecord = z.discriminatedUnion('settled', [
  z.object({
    settled: z.literal(false),
    priceWei: wei,
    outputs: cid.nullable(),
    result: z.json(),
    usage,
    draw: drawNumber.optional(),
    asked: bytes32.optional(),
    /** Of a replica. */
    salt: bytes32.optional(),
    isSaid: z.boolean().default(false),
  }),
  z.object({ settled: z.literal(true) }),
])
export type DeliveryRecord = z.infer<typeof deliveryRecord>

/** A channel: who pays, what is owed, and what proves it. */
export const accountRecord = z.object({
  key: channelKey,
  owedWei: wei,
  voucher: voucher.nullable(),
  paidWei: wei,
  collectedWei: wei,
  fundings: z.array(funding.extend({ seenS: z.number() })),
})
export type AccountRecord = z.infer<typeof accountRecord>

/** What an agreement brought, once it has ended. */
export const earnedRecord = z.object({
  requestor: address,
  app: z.string(),
  earnedWei: wei,
  delivered: count,
  accepted: count,
  rejected: count,
  openedAtMs: timestampMs,
  endedAtMs: timestampMs,
})
export type EarnedRecord = z.infer<typeof earnedRecord>

/** A rejection, with what it showed. `doubt`: why it does not convince, null where it does. */
export const rejectionRecord = z.object({
  requestor: address,
  app: z.string(),
  priceWei: wei,
  code: z.string(),
  message: z.string(),
  seed: bytes32.nullable(),
  verdict: cid.nullable(),
  crop: cid.nullable(),
  doubt: z.string().nullable(),
  /** What of its price counts against its requestor, once that is known; older records do not say. */
  unpaidWei: wei.default(0n),
  /** Who has what it rests on; older records do not say. */
  contact: peerContact.nullable().default(null),
  atMs: timestampMs,
})
export type RejectionRecord = z.infer<typeof rejectionRecord>

/**
 * Where records stand in the store. All belong to one payment contract: a development chain made anew begins with none.
 */
export function recordKeys({ chainId, payments }: Settlement) {
  const scope = `provider/${chainId}/${payments}/`
  return {
    agreements: `${scope}agreement/`,
    agreement: (id: Bytes32) => `${scope}agreement/${id}`,
    deliveries: (id: Bytes32) => `${scope}delivery/${id}/`,
    delivery: (id: Bytes32, index: number) => `${scope}delivery/${id}/${index}`,
    accounts: `${scope}account/`,
    account: (channel: Bytes32) => `${scope}account/${channel}`,
    rejections: `${scope}rejection/`,
    rejection: (id: Bytes32, index: number) => `${scope}rejection/${id}/${index}`,
    earnings: `${scope}earned/`,
    earned: (id: Bytes32) => `${scope}earned/${id}`,
    lost: (requestor: Address) => `${scope}lost/${requestor}`,
  }
}
export type RecordKeys = ReturnType<typeof recordKeys>

export const put = (
  key: string,
  record: AgreementRecord | DeliveryRecord | AccountRecord | EarnedRecord | LostRecord,
): StoreChange => ({ put: key, value: encodeJson(record) })

export const readId = (key: string): Bytes32 => bytes32.parse(key.slice(key.lastIndexOf('/') + 1))
