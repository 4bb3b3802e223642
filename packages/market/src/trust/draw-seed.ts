import { type Address, type Bytes32, hashText } from '@golem/protocol'

/** A chain hides so many seeds at most: as many commitments as an agreement may have. */
export const MAX_SEEDS = 100_000

/**
 * A requestor's seeds for one agreement, each the hash of the next; the first of them is the *head*, which it signs at
 * agreement. `seeds[i + 1]` is the preimage for commitment i: whoever knows it knows all before, and none after.
 *
 * @param secret fresh chance, for this agreement alone
 * @throws {RangeError} for more than `MAX_SEEDS`
 */
export function seedChain(secret: Bytes32, length: number): Bytes32[] {
  if (!Number.isInteger(length) || length < 1 || length > MAX_SEEDS)
    throw new RangeError(`A chain has 1 to ${MAX_SEEDS} seeds, not ${length}.`)
  const seeds: Bytes32[] = [secret]
  for (let made = 0; made < length; made += 1) seeds.push(seedBefore(seeds[made] as Bytes32))
  return seeds.reverse()
}

const seedBefore = (seed: Bytes32): Bytes32 => hashText(`golem/seed/1\n${seed}`)

/**
 * Whether a preimage is the chain's for its index, from the newest that is known; several may have been left out.
 *
 * @param known index -1 and the head, or an index and its preimage
 */
export function isSeedOf(preimage: Bytes32, index: number, known: { index: number; seed: Bytes32 }): boolean {
  const steps = index - known.index
  if (!Number.isInteger(steps) || steps < 1 || steps > MAX_SEEDS) return false
  let seed = preimage
  for (let step = 0; step < steps; step += 1) seed = seedBefore(seed)
  return seed === known.seed
}

export type DrawInput = {
  /** s_i, revealed after the provider has signed the commitment. */
  preimage: Bytes32
  agreement: Bytes32
  /** Of the commitment, in the order in which they came. */
  index: number
  /** Hash of what was delivered. No signature is in it: one message has many valid ones, and the luckiest could be sought. */
  commitment: Bytes32
}

/**
 * What decides which parts are looked at. The requestor fixed its preimage before it saw what was delivered, the provider
 * its delivery before it saw the preimage: neither can foresee or bias it.
 */
export const drawSeed = ({ preimage, agreement, index, commitment }: DrawInput): Bytes32 =>
  hashText(`golem/draw/1\n${preimage}\n${agreement}\n${index}\n${commitment}`)

export type AuditDrawInput = {
  /** Root of an epoch's finished work, on record before the beacon. */
  batchRoot: Bytes32
  /** One later block's hash for each epoch. Whoever makes that block can throw once more at the price of the block. */
  beacon: Bytes32
  /** Position in the batch. */
  position: number
}

/** Decides whether, and by whom, finished work is audited. */
export const auditSeed = ({ batchRoot, beacon, position }: AuditDrawInput): Bytes32 =>
  hashText(`golem/audit/1\n${batchRoot}\n${beacon}\n${position}`)

/** A number from a seed, uniform in 0 <= n < 1; another one for each `what`. */
export function numberFrom(seed: Bytes32, what: string): number {
  return Number.parseInt(hashText(`golem/number/1\n${seed}\n${what}`).slice(2, 14), 16) / 2 ** 48
}

/** Whether a delivery is checked. */
export const isDrawnFor = (number: number, rate: number): boolean => number < rate

/**
 * Replicas commit to their output before any of them is served: with the provider's own key in it, so that a neighbour's
 * is of no use, and a salt, so that it cannot be guessed.
 */
export const replicaCommitment = (output: Bytes32, provider: Address, salt: Bytes32): Bytes32 =>
  hashText(`golem/replica/1\n${output}\n${provider}\n${salt}`)
