import { GAS, WORTH_ITS_GAS } from '../gas-worth.ts'

export type SettlementInput<Id> = {
  channels: readonly {
    id: Id
    /** By vouchers, of all times. */
    promisedWei: bigint
    /** On chain. */
    paidWei: bigint
  }[]
  freeWei: bigint
  walletWei: bigint
  /** What a unit of gas costs, in base units of the token. */
  gasWei: bigint
}

/** What is settled is locked, too, until the lock expires: at most this part of what is there is tied up so. */
const MOST_OF = 10n

/**
 * Which channels a requestor settles by itself, though their payees hold vouchers: where that takes less gas than their
 * redemptions would, is worth it, and leaves enough for the next jobs. None, and the vouchers do it.
 */
export function planSettlement<Id>({ channels, freeWei, walletWei, gasWei }: SettlementInput<Id>): Id[] {
  const mostWei = (freeWei + walletWei) / MOST_OF
  const chosen: Id[] = []
  let totalWei = 0n
  const owed = channels
    .map(({ id, promisedWei, paidWei }) => ({ id, dueWei: promisedWei - paidWei }))
    .filter(({ dueWei }) => dueWei > 0n)
    .sort((a, b) => (a.dueWei < b.dueWei ? 1 : -1))
  for (const { id, dueWei } of owed) {
    if (totalWei + dueWei > mostWei) continue
    chosen.push(id)
    totalWei += dueWei
  }
  const count = BigInt(chosen.length)
  const gas = GAS.settle + count * GAS.settleChannel + (totalWei > freeWei ? GAS.deposit : 0n)
  const isCheaper = gas < count * GAS.redeem
  return isCheaper && totalWei >= WORTH_ITS_GAS * gas * gasWei ? chosen : []
}
