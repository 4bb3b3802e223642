import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { GolemError } from './errors.ts'
import type { Bytes32, Wei } from './primitives.ts'
import { keccakHex } from './typed-data.ts'
import type { Funding } from './voucher.ts'

/** A channel's place in a round: it pays what lies above `baseWei`, and at most `capWei` of it. */
export type FundingLeaf = Funding['leaf']
type Proof = Funding['proof']
type Node = { hash: Bytes32; sumWei: Wei }

/** A round that funds many channels: what is posted on chain, and each channel's proof. */
export type FundingTree = {
  root: Bytes32
  /** Of all caps: what the round locks. */
  sumWei: Wei
  /** @throws {GolemError} `FUNDING_INVALID` where the channel has no leaf */
  proofOf(channel: Bytes32): { leaf: FundingLeaf; proof: Proof }
}

const MAX_DEPTH = 32
const LIMIT = 1n << 128n

const word = (value: bigint): Uint8Array => hexToBytes(value.toString(16).padStart(64, '0'))
const bytes = (hash: Bytes32): Uint8Array => hexToBytes(hash.slice(2))

/** keccak256(0x00 | channel | base | cap), amounts as 32-byte words, as FundingTree.sol computes it. */
const leafNode = ({ channel, baseWei, capWei }: FundingLeaf): Node => ({
  hash: keccakHex(concatBytes(Uint8Array.of(0), bytes(channel), word(baseWei), word(capWei))),
  sumWei: capWei,
})

/** keccak256(0x01 | left | left sum | right | right sum). */
const innerNode = (left: Node, right: Node): Node => ({
  hash: keccakHex(
    concatBytes(Uint8Array.of(1), bytes(left.hash), word(left.sumWei), bytes(right.hash), word(right.sumWei)),
  ),
  sumWei: left.sumWei + right.sumWei,
})

const invalid = (message: string, remedy: string) => new GolemError({ code: 'FUNDING_INVALID', message, remedy })

/**
 * Builds the Merkle-sum tree over leaves in the given order: neighbours are paired, an odd last node moves up unchanged.
 * One tree may not hold a channel twice, because the second leaf would lock money that nobody can draw.
 *
 * @throws {GolemError} `FUNDING_INVALID` for no leaves, a repeated channel, or sums beyond 128 bits
 * @example
 * const tree = buildFundingTree([{ channel, baseWei: 0n, capWei: 5n }])
 * await chain.post({ root: tree.root, sumWei: tree.sumWei, expiryS })
 */
export function buildFundingTree(leaves: readonly FundingLeaf[]): FundingTree {
  if (leaves.length === 0) throw invalid('A round needs at least one channel.', 'Fund a channel.')
  const positions = new Map<Bytes32, number>()
  for (const [position, leaf] of leaves.entries()) {
    if (positions.has(leaf.channel)) {
      throw invalid(`Channel ${leaf.channel} stands twice in one round.`, 'Add the caps of its leaves.')
    }
    if (leaf.baseWei < 0n || leaf.capWei < 0n || leaf.baseWei + leaf.capWei >= LIMIT) {
      throw invalid(`Channel ${leaf.channel} asks for more than 128 bits.`, 'Use smaller amounts.')
    }
    positions.set(leaf.channel, position)
  }

  const levels: Node[][] = [leaves.map(leafNode)]
  for (let level = levels[0] ?? []; level.length > 1; ) {
    const above: Node[] = []
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] as Node
      const right = level[i + 1]
      above.push(right === undefined ? left : innerNode(left, right))
    }
    levels.push(above)
    level = above
  }
  const top = levels.at(-1)?.[0] as Node
  if (top.sumWei >= LIMIT) throw invalid('The round locks more than 128 bits.', 'Use smaller amounts.')

  return {
    root: top.hash,
    sumWei: top.sumWei,
    proofOf(channel) {
      const position = positions.get(channel)
      if (position === undefined) {
        throw invalid(`Channel ${channel} has no leaf in the round.`, 'Fund it with a further round.')
      }
      const proof: Proof = []
      let index = position
      for (const level of levels) {
        const sibling = level[index ^ 1]
        if (sibling !== undefined) proof.push({ ...sibling, left: (index & 1) === 1 })
        index >>= 1
      }
      return { leaf: leaves[position] as FundingLeaf, proof }
    },
  }
}

/**
 * True when the leaf stands in the tree of this root and sum, exactly as the contract judges it. Whether the round was
 * posted, and holds what it must, is the chain's to say; whether the leaf is for the right channel, the caller's.
 */
export function verifyFunding({
  root,
  sumWei,
  leaf,
  proof,
}: Pick<Funding, 'root' | 'sumWei' | 'leaf' | 'proof'>): boolean {
  if (proof.length > MAX_DEPTH || leaf.baseWei >= LIMIT || leaf.capWei >= LIMIT || sumWei >= LIMIT) return false
  let node = leafNode(leaf)
  for (const { hash, sumWei: siblingWei, left } of proof) {
    if (siblingWei >= LIMIT) return false
    const sibling = { hash, sumWei: siblingWei }
    node = left ? innerNode(sibling, node) : innerNode(node, sibling)
  }
  return node.hash === root && node.sumWei === sumWei
}
