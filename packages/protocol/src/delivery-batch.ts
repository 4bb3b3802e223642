import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { usage } from './delivery.ts'
import { drawNumber } from './draws.ts'
import { canonicalJson } from './json.ts'
import { type MerkleProof, merkleProof, merkleRoot, rootFrom } from './merkle-tree.ts'
import { type Address, type Bytes32, bytes32, type Cid, cid, type Signature, signature } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { type Domain, hashText, type TypedStruct, typedDigest } from './typed-data.ts'

/** Deliveries under one signature. */
export const MAX_BATCH = 250

/** What was delivered for one index. `result` is the program's own answer; `outputs` is null where it left no files. */
export const batchedDelivery = z.strictObject({
  index: z.number().int().nonnegative().max(0xffff_ffff),
  outputs: cid.nullable(),
  result: z.json(),
  usage,
  /** Which value of the agreement's chain draws what of it is checked; absent where there is no chain, or none left. */
  draw: drawNumber.optional(),
  /** `askedOf` what it answers, so that nobody can say later that something else was asked; absent with older versions. */
  asked: bytes32.optional(),
})
export type BatchedDelivery = z.infer<typeof batchedDelivery>

/**
 * A provider's signed word for many indices of an agreement at once: "these are my answers and outputs". What is signed is
 * the root of a Merkle tree over them, so that each can be proven alone, with a few hashes and without the others.
 */
export const deliveryBatch = z.strictObject({
  agreementId: bytes32,
  signature,
  deliveries: z.array(batchedDelivery).min(1).max(MAX_BATCH),
})
export type DeliveryBatch = z.infer<typeof deliveryBatch>

export type DeliveryProof = MerkleProof

/** What a proof is about: `usage` is no part of it, since no bill follows from it. */
type Claim = Pick<BatchedDelivery, 'index' | 'outputs' | 'result' | 'draw' | 'asked'>

const BATCH: TypedStruct = {
  name: 'DeliveryBatch',
  fields: [
    { name: 'agreementId', type: 'bytes32' },
    { name: 'root', type: 'bytes32' },
  ],
}

const [LEAF, DRAWN_LEAF, ASKED_LEAF] = [Uint8Array.of(0), Uint8Array.of(2), Uint8Array.of(3)]
const NO_OUTPUTS = new Uint8Array(32)

/**
 * keccak256(0x00 | index as 4 bytes | keccak256(outputs), or zeros for none | keccak256(result as canonical JSON)); with a
 * draw keccak256(0x02 | index as 4 bytes | draw as 4 bytes | the same two); with what was asked keccak256(0x03 | that, as 32 bytes | the
 * leaf without it).
 */
function leafOf({ asked, ...claim }: Claim): Uint8Array {
  const leaf = plainLeafOf(claim)
  return asked === undefined ? leaf : keccak_256(concatBytes(ASKED_LEAF, hexToBytes(asked.slice(2)), leaf))
}

function plainLeafOf({ index, outputs, result, draw }: Claim): Uint8Array {
  const files = outputs === null ? NO_OUTPUTS : keccak_256(utf8ToBytes(outputs))
  const said = keccak_256(utf8ToBytes(canonicalJson(result)))
  if (draw === undefined) return keccak_256(concatBytes(LEAF, fourBytes(index), files, said))
  return keccak_256(concatBytes(DRAWN_LEAF, fourBytes(index), fourBytes(draw), files, said))
}

function fourBytes(number: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}

/** What is asked with an assignment: its inputs, and what the application's program is asked. */
export const askedOf = ({ inputs, request }: { inputs: Cid; request: { method: string; params: unknown } }): Bytes32 =>
  hashText(`golem/asked/1\n${canonicalJson({ inputs, request })}`)

/** What a provider commits itself to with a delivery. */
export const commitmentOf = (claim: Claim): Bytes32 => hex(leafOf(claim))

const rootOf = (claims: readonly Claim[]): Uint8Array => merkleRoot(claims.map(leafOf))

const hex = (bytes: Uint8Array): Bytes32 => `0x${bytesToHex(bytes)}` as Bytes32

const digest = (domain: Domain, agreementId: Bytes32, root: Uint8Array): Bytes32 =>
  typedDigest(domain, BATCH, { agreementId, root: hex(root) })

/** @throws {RangeError} for none, or more than `MAX_BATCH` */
export function signDeliveryBatch(
  signer: Signer,
  domain: Domain,
  agreementId: Bytes32,
  deliveries: readonly BatchedDelivery[],
): DeliveryBatch {
  if (deliveries.length === 0 || deliveries.length > MAX_BATCH)
    throw new RangeError(`A batch has 1 to ${MAX_BATCH} deliveries, not ${deliveries.length}.`)
  const signed = signer.signDigest(digest(domain, agreementId, rootOf(deliveries)))
  return { agreementId, signature: signed, deliveries: [...deliveries] }
}

/** True when `by` signed exactly these deliveries, in this order. */
export function isBatchSignedBy(
  by: Address,
  domain: Domain,
  { agreementId, signature: signed, deliveries }: DeliveryBatch,
  recover: RecoverSigner = recoverSigner,
): boolean {
  return recover(digest(domain, agreementId, rootOf(deliveries)), signed) === by
}

/** What shows to anybody that the delivery at `position` was signed. @throws {RangeError} where there is none */
export function proofOfDelivery({ deliveries }: DeliveryBatch, position: number): DeliveryProof {
  if (deliveries[position] === undefined) throw new RangeError(`The batch has no delivery ${position}.`)
  return merkleProof(deliveries.map(leafOf), position)
}

/** True when `by` signed a batch that holds this delivery. */
export function isDeliveryProven(
  by: Address,
  domain: Domain,
  claim: Claim & { agreementId: Bytes32; signature: Signature; proof: DeliveryProof },
  recover: RecoverSigner = recoverSigner,
): boolean {
  const root = rootFrom(leafOf(claim), claim.proof)
  return recover(digest(domain, claim.agreementId, root), claim.signature) === by
}
