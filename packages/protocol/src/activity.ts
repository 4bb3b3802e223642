import { z } from 'zod'
import { terms } from './agreement.ts'
import { calibration } from './calibration.ts'
import { wrappedKey } from './content-key.ts'
import { delivery, usage } from './delivery.ts'
import { deliveryBatch, MAX_BATCH } from './delivery-batch.ts'
import { offer, peerContact } from './demand.ts'
import { drawNumber, draws } from './draws.ts'
import { bytes32, cid, signature, wei } from './primitives.ts'
import { funding, voucher } from './voucher.ts'

/** One demand a stream, to a provider that it drew. */
export const DEMAND_PROTOCOL = '/golem/demand/1.0.0'
export const OFFER_PROTOCOL = '/golem/offer/1.0.0'
/**
 * Since 1.1 it says how sealed inputs are opened, a requestor can say that it settles a channel itself, and there are
 * batches: `assign-many`, `delivered-many`, `refused-many`. Since 1.2 a requestor asks whether inputs are at the provider
 * already, and tells who else has them: `holding`, `held`,
 * `sources`. Since 1.3 checks are drawn from a chain that both sides can follow (`draws`, `reveal`), and a rejection names
 * its evidence. Since 1.4 a provider says what it trusts a requestor with, `credit`, and shows its equivalence class by a
 * fresh seed: `calibrate`, `calibrated`. Replicas are committed to before any is shown: `committed`, `show`, `shown`. Since 1.5 a
 * requestor says when others are asked for the same work, `share`; what comes of that, and what was computed while nobody
 * listened, is said to be `ready`, and delivered when the requestor asks for it: `take`.
 */
export const ACTIVITY_PROTOCOL = '/golem/activity/1.5.0'
/** Whether a stream's two sides may say what came with 1.1. */
export const speaksBatches = (protocol: string): boolean => protocol !== '/golem/activity/1.0.0'
/** Whether a stream's two sides may say what came with 1.2. */
export const speaksHoldings = (protocol: string): boolean =>
  speaksBatches(protocol) && protocol !== '/golem/activity/1.1.0'
/** Whether a stream's two sides may say what came with 1.3. */
export const speaksDraws = (protocol: string): boolean =>
  speaksHoldings(protocol) && protocol !== '/golem/activity/1.2.0'
/** Whether a stream's two sides may say what came with 1.4. */
export const speaksCredit = (protocol: string): boolean => speaksDraws(protocol) && protocol !== '/golem/activity/1.3.0'
/** Whether a stream's two sides may say what came with 1.5. */
export const speaksShares = (protocol: string): boolean =>
  speaksCredit(protocol) && protocol !== '/golem/activity/1.4.0'

/** No message of a peer is read past this. */
export const MESSAGE_LIMIT_BYTES = 256 * 1024

/** Peers beside the requestor that a provider is told to have a job's inputs. */
export const MAX_SOURCES = 8

const index = z.number().int().nonnegative().max(0xffff_ffff)
const reason = z.strictObject({ code: z.string().max(60), message: z.string().max(2_000) })

/**
 * Whether a provider computes: it takes work, goes on with what it has, or lets that stand still. Why is its own
 * business: that somebody sits at a machine is told to nobody.
 */
export const lending = z.enum(['open', 'closed', 'frozen'])
export type Lending = z.infer<typeof lending>

/** Reasons of `refused` and `failed` for which nobody is to blame. */
export const NOT_LENDING = 'NOT_LENDING'
export const HANDED_BACK = 'HANDED_BACK'

/** One subtask as it is handed to a provider. */
export const assignment = z.strictObject({
  index,
  /** The folder behind /in. */
  inputs: cid,
  /** What the application's program is asked: `{ method, params }` of its own. */
  request: z.strictObject({ method: z.string().max(60), params: z.json() }),
  /** Micro core-seconds of the reference machine. */
  units: z.number().int().nonnegative(),
  priceWei: wei,
  /** Where inputs are sealed, and outputs shall be: the key, wrapped for this provider and this agreement. */
  contentKey: wrappedKey.optional(),
  /** Others compute the same, and what comes of it is compared: it is committed to, and shown when it is asked for. */
  replica: z.literal(true).optional(),
})
export type Assignment = z.infer<typeof assignment>

/** What a rejection rests on. The verdict (`signedVerdict`) names the draw, what was drawn and what was found. */
export const rejectionEvidence = z.strictObject({
  seed: bytes32,
  verdict: cid,
  /** What the requestor's own program made of the same, where it left files. */
  crop: cid.nullable(),
})
export type RejectionEvidence = z.infer<typeof rejectionEvidence>

/** What a requestor says inside an agreement. `open` both proposes and resumes: it is idempotent. */
export const requestorMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), terms, signature, draws: draws.optional() }),
  z.strictObject({ type: z.literal('fund'), funding }),
  /** Asked once in a stream: whoever has been hired may know what the work will need. */
  z.strictObject({ type: z.literal('holding'), inputs: cid }),
  /** Who else has them; what this side has it is asked for all the same. */
  z.strictObject({ type: z.literal('sources'), inputs: cid, from: z.array(peerContact).min(1).max(MAX_SOURCES) }),
  z.strictObject({ type: z.literal('assign'), assignment }),
  /** Many of one set of inputs, in the order in which they are wanted. */
  z.strictObject({
    type: z.literal('assign-many'),
    inputs: cid,
    assignments: z
      .array(assignment.omit({ inputs: true }))
      .min(1)
      .max(MAX_BATCH),
  }),
  /** What was said to be delivered may have crossed with it, and is called off by a second one alone. */
  z.strictObject({ type: z.literal('cancel'), index }),
  z.strictObject({ type: z.literal('accept'), indices: z.array(index).max(1_000), voucher }),
  /** Others are asked for the same, and one of them is paid: whoever is ready first. What was delivered before is judged. */
  z.strictObject({ type: z.literal('share'), index }),
  /** What is ready is to be delivered now. */
  z.strictObject({ type: z.literal('take'), indices: z.array(index).min(1).max(MAX_BATCH) }),
  /** All who compute the same have committed themselves. */
  z.strictObject({ type: z.literal('show'), index }),
  /** Asked once in a stream. */
  z.strictObject({ type: z.literal('calibrate'), seed: bytes32 }),
  /** The value of a draw, and so of all before: said once all deliveries that name them are here. */
  z.strictObject({ type: z.literal('reveal'), draw: drawNumber, value: bytes32 }),
  z.strictObject({ type: z.literal('reject'), index, reason, evidence: rejectionEvidence.optional() }),
  /** `settles`: the requestor settles the channel itself, in a moment; the voucher holds all the same. */
  z.strictObject({ type: z.literal('finish'), settles: z.boolean().optional() }),
])
export type RequestorMessage = z.infer<typeof requestorMessage>

/** What a provider says inside an agreement. */
export const providerMessage = z.discriminatedUnion('type', [
  /** `unsettled`: indices it knows and has neither been paid for nor told to drop; their deliveries follow. */
  z.strictObject({ type: z.literal('opened'), signature, unsettled: z.array(index).max(10_000) }),
  z.strictObject({ type: z.literal('declined'), reason }),
  z.strictObject({ type: z.literal('funded'), root: bytes32, provenWei: wei }),
  /** Whether all of what was asked for is here. Answered once in a stream. */
  z.strictObject({ type: z.literal('held'), inputs: cid, isHeld: z.boolean() }),
  /** The class in which this agreement's work is computed, unless its programs cannot say. */
  z.strictObject({ type: z.literal('calibrated'), calibration }),
  /** "open" until something else is said, in each stream anew. */
  z.strictObject({ type: z.literal('lending'), lending }),
  /**
   * What the requestor has at stake in this provider's eyes, by halves: so much may stand open beside a usual subtask.
   * `isOwing`: it left something unpaid, and pays before. Said after `opened`, and when it has changed; a
   * provider that says nothing has one limit for everybody.
   */
  z.strictObject({ type: z.literal('credit'), trustedWei: wei, isOwing: z.boolean() }),
  z.strictObject({ type: z.literal('refused'), index, reason }),
  z.strictObject({ type: z.literal('progress'), index, fraction: z.number().min(0).max(1), note: z.string().max(200) }),
  /** `result` is the program's own answer. */
  z.strictObject({ type: z.literal('delivered'), delivery, result: z.json(), usage }),
  /** `replicaCommitment` to the delivery of a replica, which follows when it is asked for. */
  z.strictObject({ type: z.literal('committed'), index, commitment: bytes32 }),
  /** They are computed, and delivered when that is asked for: nobody has seen them, and it costs nothing to do without. */
  z.strictObject({ type: z.literal('ready'), indices: z.array(index).min(1).max(MAX_BATCH) }),
  /** What the commitment was made with; the delivery follows. */
  z.strictObject({ type: z.literal('shown'), index, salt: bytes32 }),
  z.strictObject({ type: z.literal('delivered-many'), batch: deliveryBatch }),
  /** Of one `assign-many`, for one reason. */
  z.strictObject({ type: z.literal('refused-many'), indices: z.array(index).min(1).max(MAX_BATCH), reason }),
  z.strictObject({ type: z.literal('failed'), index, reason }),
  z.strictObject({ type: z.literal('voucher-stored'), amountWei: wei }),
  z.strictObject({ type: z.literal('heartbeat'), running: z.array(index).max(1_000) }),
])
export type ProviderMessage = z.infer<typeof providerMessage>

/** The one message of the offer protocol. */
export const offerMessage = offer
