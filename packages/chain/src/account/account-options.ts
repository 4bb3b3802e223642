import type { Wei } from '@golem/protocol'

export type AccountLogger = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export type AccountOptions = {
  /** The chain's id, where another is to be refused. */
  chainId?: number
  /** Of one request; it is tried twice. */
  rpcTimeoutMs?: number
  /** How long a caller waits for a transaction to be mined. It is followed after that, too. */
  receiptTimeoutMs?: number
  /** The longest pause between two looks for a receipt. */
  maxPollMs?: number
  /** Blocks on top of a block before what stands in it is believed, or the chain's own word for it. */
  confirmations?: Confirmations
  /** No transaction is signed for more. */
  maxFeePerGasWei?: Wei
  /** A transaction that was not mined for so long is looked into: its price, its number. */
  patienceMs?: number
  /** A node may forget a transaction: the same bytes are sent again after this, which changes nothing where it did not. */
  rebroadcastMs?: number
  /** Stops the account. */
  signal?: AbortSignal
}
export type Confirmations = number | 'finalized'

export const DEFAULTS = {
  rpcTimeoutMs: 5_000,
  receiptTimeoutMs: 120_000,
  maxPollMs: 1_000,
  confirmations: 0 as Confirmations,
  maxFeePerGasWei: 500_000_000_000n,
  patienceMs: 30_000,
  rebroadcastMs: 5_000,
}
