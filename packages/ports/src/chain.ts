import type { Address, Bytes32, ChannelKey, Funding, Settlement, Voucher, Wei } from '@golem/protocol'

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

/** The ledger. Every write waits for its receipt. Errors: `CHAIN_UNREACHABLE`, `CHAIN_REVERTED`, `FUNDS_MISSING`. */
export type Chain = {
  readonly settlement: Settlement
  readonly self: Address
  /** Seconds since 1970 by the latest block. */
  now(): Promise<number>
  balances(of: Address): Promise<Balances>
  /** Approves where needed and deposits into the payment contract. */
  deposit(amountWei: Wei): Promise<Receipt>
  withdraw(amountWei: Wei): Promise<Receipt>
  /** Moves a free amount into a round's lock. */
  post(round: { root: Bytes32; sumWei: Wei; expiryS: number }): Promise<Receipt>
  /** What a round still holds, or null where it was never posted. */
  round(of: { requestor: Address; root: Bytes32; sumWei: Wei }): Promise<{ leftWei: Wei; expiryS: number } | null>
  /** Returns a round's remainder to its requestor once it has expired. */
  reclaim(round: { root: Bytes32; sumWei: Wei }): Promise<Receipt>
  /** Sum of all that was ever paid in a channel, and what of it was collected. */
  channel(key: ChannelKey): Promise<{ paidWei: Wei; collectedWei: Wei }>
  /** Redeems what can be redeemed; a bad item never spoils the batch. */
  redeem(items: readonly Redemption[]): Promise<Receipt>
  /** The requestor's own, cheap settlement: absolute cumulative targets, from the free balance. */
  settle(targets: readonly { channel: ChannelKey; amountWei: Wei }[]): Promise<Receipt>
  /** Credits a channel's paid amount to payee and author. */
  collect(channels: readonly ChannelKey[]): Promise<Receipt>
  stop(): Promise<void>
}
