import type { Fees } from './transaction.ts'

/** What is known of a transaction that no block has. */
export type StuckInput = {
  nonce: number
  /** Transactions of the account in the newest block, in the newest final one, and with those that wait. */
  latestCount: number
  finalCount: number
  pendingCount: number
  /** Since its newest bytes were signed. */
  ageMs: number
  /** The node says that it cannot be mined at its price. */
  isPricedOut: boolean
  newest: Fees
  /** What it would be signed with now. */
  current: Fees
}
export type StuckPolicy = {
  /** Nothing is done before this. */
  patienceMs: number
  maxFeePerGasWei: bigint
}

export type StuckAction =
  | { kind: 'wait' }
  /** Another transaction has its number, for good. */
  | { kind: 'replaced' }
  /** Numbers before it are missing: nothing is mined until each has a transaction. */
  | { kind: 'fill'; nonces: number[] }
  /** Signed again, for more. */
  | { kind: 'raise'; fees: Fees }
  /** What it would take is more than may be paid. */
  | { kind: 'too-dear'; maxFeePerGas: bigint }

/** Nodes replace a waiting transaction for a tenth more; some ask for an eighth. */
const RAISE = { times: 9n, by: 8n }
/** Missing numbers that are filled at once; each costs 21,000 gas. */
const MAX_FILL = 16

/**
 * What to do about a transaction that is not mined. Asked for its receipts after the counts, so that a number that is
 * used, and no receipt, mean another's transaction.
 */
export function stuckAction(input: StuckInput, { patienceMs, maxFeePerGasWei }: StuckPolicy): StuckAction {
  const { nonce, latestCount, finalCount, pendingCount, newest, current } = input
  if (finalCount > nonce) return { kind: 'replaced' }
  // In a block that may still be reorganised: that decides.
  if (latestCount > nonce) return { kind: 'wait' }
  if (input.ageMs < patienceMs && !input.isPricedOut) return { kind: 'wait' }
  if (latestCount < nonce) {
    if (pendingCount > latestCount) return { kind: 'wait' }
    const missing = Math.min(nonce - latestCount, MAX_FILL)
    return { kind: 'fill', nonces: Array.from({ length: missing }, (_, i) => latestCount + i) }
  }
  const isDear =
    current.maxFeePerGas > newest.maxFeePerGas || current.maxPriorityFeePerGas > newest.maxPriorityFeePerGas
  if (!isDear) return { kind: 'wait' }
  const fees = {
    maxFeePerGas: raised(newest.maxFeePerGas, current.maxFeePerGas),
    maxPriorityFeePerGas: raised(newest.maxPriorityFeePerGas, current.maxPriorityFeePerGas),
  }
  if (fees.maxFeePerGas > maxFeePerGasWei) return { kind: 'too-dear', maxFeePerGas: fees.maxFeePerGas }
  return { kind: 'raise', fees }
}

const raised = (old: bigint, wanted: bigint): bigint => {
  const least = (old * RAISE.times) / RAISE.by + 1n
  return wanted > least ? wanted : least
}
