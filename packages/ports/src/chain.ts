import type { Address, Bytes32, ChannelKey, Funding, Problem, Settlement, Voucher, Wei } from '@golem/protocol'

export type Receipt = { hash: Bytes32; gasUsed: bigint; feeWei: Wei; blockNumber: bigint }

export type Balances = {
  /** GLM in the wallet. */
  walletWei: Wei
  /** GLM in the payment contract, free to spend or withdraw. */
  freeWei: Wei
  /** ETH for gas. */
  gasWei: Wei
}

/** A voucher together with the funding that pays it. */
export type Redemption = { voucher: Voucher; funding: Funding }

/** `final`: by the newest block that no reorganisation is expected to undo; money of others is believed in there. */
export type ReadOptions = { at?: 'latest' | 'final' }

/**
 * The ledger. Every write waits for its receipt, and takes a note of what it is for. What was sent and not seen mined is
 * followed nevertheless, and nothing new is sent before it. Errors: `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH`,
 * `CHAIN_REVERTED`, `FUNDS_MISSING`, `GAS_TOO_DEAR`, and `TRANSACTION_PENDING` where it may still happen.
 */
export type Chain = {
  readonly settlement: Settlement
  readonly self: Address
  /** Seconds since 1970 by the latest block. */
  now(): Promise<number>
  /** What a unit of gas costs now. */
  gasPriceWei(): Promise<Wei>
  /** Asks whether this still is the chain with the contracts that are trusted. @throws {GolemError} `CHAIN_MISMATCH` */
  verify(): Promise<void>
  /** Resolves once nothing that was sent is still to be mined. @throws {GolemError} `TRANSACTION_PENDING` */
  quiet(): Promise<void>
  /** Resolves once no reorganisation is expected to undo a write. @throws {GolemError} `TRANSACTION_PENDING` */
  final(receipt: Receipt): Promise<void>
  /** What keeps transactions from being mined. */
  troubles(): Problem[]
  balances(of: Address): Promise<Balances>
  /** Approves where needed and deposits into the payment contract. */
  deposit(amountWei: Wei, why?: string): Promise<Receipt>
  withdraw(amountWei: Wei, why?: string): Promise<Receipt>
  /** Moves an amount into a round's lock: free money first, and what is missing from the wallet. */
  post(round: { root: Bytes32; sumWei: Wei; expiryS: number }, why?: string): Promise<Receipt>
  /** What a round still holds, or null where it was never posted. */
  round(
    of: { requestor: Address; root: Bytes32; sumWei: Wei },
    options?: ReadOptions,
  ): Promise<{ leftWei: Wei; expiryS: number } | null>
  /** Returns a round's remainder to its requestor once it has expired. */
  reclaim(round: { root: Bytes32; sumWei: Wei }, why?: string): Promise<Receipt>
  /** Sum of all that was ever paid in a channel, and what of it was collected. */
  channel(key: ChannelKey, options?: ReadOptions): Promise<{ paidWei: Wei; collectedWei: Wei }>
  /** Redeems what can be redeemed; a bad item never spoils the batch. */
  redeem(items: readonly Redemption[], why?: string): Promise<Receipt>
  /**
   * The requestor's own, cheap settlement: absolute cumulative targets, from the free balance, and what that lacks from
   * the wallet.
   */
  settle(targets: readonly { channel: ChannelKey; amountWei: Wei }[], why?: string): Promise<Receipt>
  /** Credits a channel's paid amount to payee and author. */
  collect(channels: readonly ChannelKey[], why?: string): Promise<Receipt>
  stop(): Promise<void>
}
