import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { agreementId } from './agreement.ts'
import { commitmentOf } from './delivery-batch.ts'
import { peerContact, settlement } from './demand.ts'
import type { FinishedWork } from './finished-work.ts'
import { canonicalJson } from './json.ts'
import { merkleRoot, rootFrom } from './merkle-tree.ts'
import { address, type Bytes32, bytes32, type Cid, cid, type Signature, signature, wei } from './primitives.ts'
import { type RecoverSigner, recoverPublicKey, recoverSigner, type Signer } from './signer.ts'
import { hashText } from './typed-data.ts'

/** Finished work in one batch, and auditors among whom is drawn. */
export const MAX_AUDIT_WORKS = 4_096
export const MAX_AUDITORS = 16
/** Siblings of a proof in a batch. */
export const MAX_AUDIT_PROOF = 12

/**
 * A requestor's signed word for a batch of finished work, before a block that nobody knows yet decides who audits it: the
 * root of a Merkle tree over the work, and who may be drawn, with which weight.
 */
export const auditBatchBody = z.strictObject({
  format: z.literal('golem-audit-batch/1'),
  requestor: address,
  contact: peerContact,
  manifest: cid,
  settlement,
  root: bytes32,
  count: z.number().int().min(1).max(MAX_AUDIT_WORKS),
  auditors: z
    .array(z.strictObject({ auditor: address, weightWei: wei }))
    .min(1)
    .max(MAX_AUDITORS),
  /** The block whose hash draws. */
  beaconBlock: z.number().int().positive(),
})
export type AuditBatchBody = z.infer<typeof auditBatchBody>
export const auditBatch = z.strictObject({ body: auditBatchBody, signature })
export type AuditBatch = z.infer<typeof auditBatch>

const digest = (body: AuditBatchBody): Bytes32 => hashText(`golem/audit-batch/1\n${canonicalJson(body)}`)

export const signAuditBatch = (signer: Signer, body: AuditBatchBody): AuditBatch => ({
  body,
  signature: signer.signDigest(digest(body)),
})
export const isAuditBatchSigned = (
  { body, signature: signed }: AuditBatch,
  recover: RecoverSigner = recoverSigner,
): boolean => recover(digest(body), signed) === body.requestor

/** An auditor's word that it knew a batch before its beacon. */
export const signHeard = (signer: Signer, body: AuditBatchBody): Signature => signer.signDigest(heardDigest(body))
/** The key of whoever heard of a batch: content keys are wrapped for it. null where nobody signed that. */
export const heardBy = (body: AuditBatchBody, signed: Signature): Uint8Array | null =>
  recoverPublicKey(heardDigest(body), signed)
const heardDigest = (body: AuditBatchBody): Bytes32 => hashText(`golem/audit-heard/1\n${digest(body)}`)

/** What a leaf of a batch stands for: what was asked, and what was delivered for it. */
export type AuditedWork = Pick<FinishedWork, 'terms' | 'subtask' | 'inputs' | 'delivered'>

const LEAF = Uint8Array.of(3)
/** keccak256(0x03 | keccak256 of the canonical JSON). */
const leafOf = ({ terms, subtask, inputs, delivered }: AuditedWork): Uint8Array => {
  const said = { agreementId: agreementId(terms), index: delivered.index, commitment: commitmentOf(delivered) }
  return keccak_256(concatBytes(LEAF, keccak_256(utf8ToBytes(canonicalJson({ ...said, subtask, inputs })))))
}

/** Leaves of a batch, from which its root and the proof of each follow. */
export const auditLeaves = (works: readonly AuditedWork[]): Uint8Array[] => works.map(leafOf)
export const rootOfLeaves = (leaves: readonly Uint8Array[]): Bytes32 => hex(merkleRoot(leaves))

/** Whether a work is in the batch of this root. */
export const isInAuditBatch = (root: Bytes32, work: AuditedWork, proof: Parameters<typeof rootFrom>[1]): boolean =>
  hex(rootFrom(leafOf(work), proof)) === root

/** One delivery among all, by what its provider signed: the same in whichever batch, and however it is described. */
export const workId = ({ terms, delivered }: Pick<AuditedWork, 'terms' | 'delivered'>): Bytes32 =>
  hashText(`golem/work/1\n${agreementId(terms)}\n${delivered.index}`)

/** Under this name the auditors of an application stand in the directory. */
export function auditorsOf(manifest: Cid): Cid {
  const hash = sha256(utf8ToBytes(`golem/auditors/1\n${manifest}`))
  return `b${base32(concatBytes(Uint8Array.of(0x01, 0x55, 0x12, 0x20), hash))}` as Cid
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
function base32(bytes: Uint8Array): string {
  let text = ''
  let [held, bits] = [0, 0]
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + ALPHABET[(held << (5 - bits)) & 31]
}

const hex = (bytes: Uint8Array): Bytes32 => `0x${bytesToHex(bytes)}` as Bytes32
