import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import type { Bytes32 } from './primitives.ts'

/** From the leaf up: the sibling's hash, and whether it stands to the left. */
export type MerkleProof = { hash: Bytes32; left: boolean }[]

const NODE = Uint8Array.of(1)
const NOTHING = new Uint8Array(32)

/** keccak256(0x01 | left | right): leaves begin with another byte. */
const nodeOf = (left: Uint8Array, right: Uint8Array): Uint8Array => keccak_256(concatBytes(NODE, left, right))

/** Pairs neighbours; an odd last node moves up unchanged. */
function levelAbove(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = []
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at], level[at + 1]]
    if (left !== undefined) above.push(right === undefined ? left : nodeOf(left, right))
  }
  return above
}

/** Zeros for no leaves. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves
  while (level.length > 1) level = levelAbove(level)
  return level[0] ?? NOTHING
}

/** What shows that the leaf at `position` is one of them. */
export function merkleProof(leaves: readonly Uint8Array[], position: number): MerkleProof {
  const proof: MerkleProof = []
  let level = leaves
  for (let at = position; level.length > 1; at >>= 1, level = levelAbove(level)) {
    const sibling = level[at ^ 1]
    if (sibling !== undefined) proof.push({ hash: `0x${bytesToHex(sibling)}` as Bytes32, left: (at & 1) === 1 })
  }
  return proof
}

/** The root that a leaf and its proof lead to. */
export const rootFrom = (leaf: Uint8Array, proof: MerkleProof): Uint8Array =>
  proof.reduce((hash, { hash: sibling, left }) => {
    const other = hexToBytes(sibling.slice(2))
    return left ? nodeOf(other, hash) : nodeOf(hash, other)
  }, leaf)
