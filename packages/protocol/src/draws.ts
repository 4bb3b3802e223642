import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { type Address, type Bytes32, bytes32, signature } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { type Domain, type TypedStruct, typedDigest } from './typed-data.ts'

/** Draws of one agreement; whatever is delivered beyond them is drawn by the requestor alone. */
export const MAX_DRAWS = 8_192

/**
 * A requestor's signed word, at the beginning of an agreement, for all the randomness that it will check by: the head of a
 * hash chain. Its values are revealed one by one, each after the delivery that it draws for was signed, so that neither
 * side can foresee or choose what is looked at.
 */
export const draws = z.strictObject({ head: bytes32, count: z.number().int().min(1).max(MAX_DRAWS), signature })
export type Draws = z.infer<typeof draws>

/** Of a chain: counts from 0. */
export const drawNumber = z
  .number()
  .int()
  .nonnegative()
  .max(MAX_DRAWS - 1)

const DRAWS: TypedStruct = {
  name: 'Draws',
  fields: [
    { name: 'agreementId', type: 'bytes32' },
    { name: 'head', type: 'bytes32' },
    { name: 'count', type: 'uint32' },
  ],
}

const digest = (domain: Domain, agreementId: Bytes32, { head, count }: Omit<Draws, 'signature'>): Bytes32 =>
  typedDigest(domain, DRAWS, { agreementId, head, count })

export function signDraws(signer: Signer, domain: Domain, agreementId: Bytes32, body: Omit<Draws, 'signature'>): Draws {
  return { ...body, signature: signer.signDigest(digest(domain, agreementId, body)) }
}

export const isDrawsSignedBy = (
  by: Address,
  domain: Domain,
  agreementId: Bytes32,
  { signature: signed, ...body }: Draws,
  recover: RecoverSigner = recoverSigner,
): boolean => recover(digest(domain, agreementId, body), signed) === by

/** A chain's values, by their number: sha256 of each is the one before, and of the first one the head. */
export type DrawChain = { head: Bytes32; count: number; valueOf(draw: number): Bytes32 }

/**
 * The chain that a secret of 32 bytes makes. Whoever has the secret, or a later value, has all values before.
 *
 * @throws {RangeError} for no draws, or more than `MAX_DRAWS`
 */
export function drawChain(secret: Uint8Array, count: number): DrawChain {
  if (!Number.isInteger(count) || count < 1 || count > MAX_DRAWS)
    throw new RangeError(`A chain has 1 to ${MAX_DRAWS} draws, not ${count}.`)
  const values = new Uint8Array(32 * count)
  let value = sha256(secret)
  for (let draw = count - 1; draw >= 0; draw -= 1) {
    values.set(value, 32 * draw)
    value = sha256(value)
  }
  return {
    head: hexOf(value),
    count,
    valueOf: (draw) => {
      if (!Number.isInteger(draw) || draw < 0 || draw >= count) throw new RangeError(`The chain has no draw ${draw}.`)
      return hexOf(values.subarray(32 * draw, 32 * draw + 32))
    },
  }
}

/** Whether `value` stands `steps` after `known`, a value or the head. At most `MAX_DRAWS` hashes. */
export function followsInChain(value: Bytes32, known: Bytes32, steps: number): boolean {
  if (steps < 1 || steps > MAX_DRAWS) return false
  let bytes = bytesOf(value)
  for (let step = 0; step < steps; step += 1) bytes = sha256(bytes)
  return hexOf(bytes) === known
}

/**
 * The value of an earlier draw, from that of a later one.
 *
 * @throws {RangeError} where `draw` comes after `latest`
 */
export function earlierDraw(value: Bytes32, latest: number, draw: number): Bytes32 {
  if (draw > latest) throw new RangeError(`Draw ${draw} does not follow from draw ${latest}.`)
  let bytes = bytesOf(value)
  for (let at = latest; at > draw; at -= 1) bytes = sha256(bytes)
  return hexOf(bytes)
}

/** What a delivery is checked by. */
export type DrawnFor = {
  /** Of its draw, as the requestor revealed it. */
  value: Bytes32
  agreementId: Bytes32
  index: number
  /** `commitmentOf` the delivery. No signature is in it: those can be made anew until one pleases. */
  commitment: Bytes32
}

/** sha256("golem/draw/1" | value | agreement | index as 4 bytes | commitment): 32 bytes that neither side chose. */
export function drawSeed({ value, agreementId, index, commitment }: DrawnFor): Bytes32 {
  const position = new Uint8Array(4)
  new DataView(position.buffer).setUint32(0, index)
  return hexOf(sha256(concatBytes(DOMAIN, bytesOf(value), bytesOf(agreementId), position, bytesOf(commitment))))
}
const DOMAIN = utf8ToBytes('golem/draw/1')

/** Whether a seed falls into a share of all seeds: with that chance, whatever was drawn before. */
export function isSeedDrawn(seed: Bytes32, share: number): boolean {
  const lot = sha256(concatBytes(SHARE, bytesOf(seed)))
  return new DataView(lot.buffer, lot.byteOffset).getUint32(0) < share * 2 ** 32
}
const SHARE = utf8ToBytes('golem/draw/share/1')

const bytesOf = (hex: Bytes32): Uint8Array => hexToBytes(hex.slice(2))
const hexOf = (bytes: Uint8Array): Bytes32 => `0x${bytesToHex(bytes)}` as Bytes32
