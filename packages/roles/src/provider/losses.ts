import { lossBeyondLuck, NOTHING_LOST } from '@golem/market'
import type { Store, StoreChange } from '@golem/ports'
import type { Address, Wei } from '@golem/protocol'
import { type LostRecord, lostRecord, put, type RecordKeys } from './records.ts'

/** What each requestor's key left unpaid here, over all agreements that it ever had. */
export type Losses = {
  of(requestor: Address): LostRecord
  /** Paid by vouchers, and neither earned nor used up. */
  prepaidWei(requestor: Address): Wei
  /**
   * So much more, once `change` is committed. What was paid before is used up first. `leftWei` is what that does not
   * cover, and `countedWei` what of it is no bad luck any more.
   *
   * @param newWei what one that is new may leave unpaid
   */
  add(requestor: Address, prices: readonly Wei[], newWei: Wei): { change: StoreChange; leftWei: Wei; countedWei: Wei }
}

type Options = {
  /** Paid by vouchers, and not earned. */
  paidBeforeWei: (requestor: Address) => Wei
}

export function createLosses(store: Store, keys: RecordKeys, { paidBeforeWei }: Options): Losses {
  const lostOf = (requestor: Address): LostRecord => {
    const kept = store.get(keys.lost(requestor))
    return kept === null ? { ...NOTHING_LOST, usedWei: 0n } : lostRecord.parse(JSON.parse(kept))
  }
  const prepaidWei = (requestor: Address): Wei => {
    const wei = paidBeforeWei(requestor) - lostOf(requestor).usedWei
    return wei > 0n ? wei : 0n
  }
  return {
    of: lostOf,
    prepaidWei,
    add: (requestor, prices, newWei) => {
      const before = lostOf(requestor)
      let freeWei = prepaidWei(requestor)
      let { usedWei } = before
      const left = prices.flatMap((priceWei) => {
        const coveredWei = priceWei < freeWei ? priceWei : freeWei
        freeWei -= coveredWei
        usedWei += coveredWei
        return coveredWei < priceWei ? [priceWei - coveredWei] : []
      })
      const { lost, countedWei } = lossBeyondLuck(before, left, newWei)
      const leftWei = left.reduce((sum, wei) => sum + wei, 0n)
      return { change: put(keys.lost(requestor), { ...lost, usedWei }), leftWei, countedWei }
    },
  }
}
