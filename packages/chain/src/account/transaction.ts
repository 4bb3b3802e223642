import { type Address, address, type Bytes32, bytes32, type Hex, type Wei, wei } from '@golem/protocol'
import { z } from 'zod'

/** What is to be sent. */
export type Call = {
  to: Address
  data: Hex
  valueWei: Wei
  /** In a word or two, for the history: `deposit`, `lock`. */
  what: string
  /** GLM that it moves, where that is known before. */
  amountWei: Wei | null
}

export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

const hex = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/)
  .transform((text) => text as Hex)

/** Signed bytes; several of one transaction differ in their fees alone, so that one of them at most is ever mined. */
const attempt = z.object({
  hash: bytes32,
  raw: hex,
  maxFeePerGas: wei,
  maxPriorityFeePerGas: wei,
  signedAtMs: z.number(),
})
export type Attempt = z.infer<typeof attempt>

const outcome = z.discriminatedUnion('state', [
  z.object({
    state: z.enum(['mined', 'reverted']),
    hash: bytes32,
    blockHash: bytes32,
    blockNumber: wei,
    gasUsed: wei,
    feeWei: wei,
    atMs: z.number(),
  }),
  /** Never mined, and never will be: its number was used by another, or the node refused it. */
  z.object({ state: z.enum(['replaced', 'refused']), atMs: z.number() }),
])
export type Outcome = z.infer<typeof outcome>

/** A transaction of this account, from its signature on. */
export const transaction = z.object({
  /** Counts up. */
  id: z.number().int().nonnegative(),
  nonce: z.number().int().nonnegative(),
  to: address,
  /** Empty once it is final: only the history is left. */
  data: hex,
  valueWei: wei,
  gas: wei,
  what: z.string(),
  amountWei: wei.nullable(),
  /** What for, in words. */
  why: z.string(),
  createdAtMs: z.number(),
  /** Oldest first; empty once it is final. */
  attempts: z.array(attempt),
  /** null while it may still be mined. */
  outcome: outcome.nullable(),
  /** No reorganisation is expected to change the outcome any more. */
  isFinal: z.boolean(),
})
export type Transaction = z.infer<typeof transaction>

export const isMined = (one: Transaction): one is Transaction & { outcome: Outcome & { hash: Bytes32 } } =>
  one.outcome?.state === 'mined' || one.outcome?.state === 'reverted'
