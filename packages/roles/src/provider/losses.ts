import { type Lost, lossBeyondLuck, NOTHING_LOST } from '@golem/market'
import type { Store, StoreChange } from '@golem/ports'
import type { Address, Wei } from '@golem/protocol'
import { lostRecord, put, type RecordKeys } from './records.ts'

/** What each requestor's key left unpaid here, over all agreements that it ever had. */
export type Losses = {
  of(requestor: Address): Lost
  /**
   * So much more, and what of it is no bad luck any more, once `change` is committed.
   *
   * @param newWei what one that is new may leave unpaid
   */
  add(requestor: Address, prices: readonly Wei[], newWei: Wei): { change: StoreChange; countedWei: Wei }
}

export function createLosses(store: Store, keys: RecordKeys): Losses {
  const lostOf = (requestor: Address): Lost => {
    const kept = store.get(keys.lost(requestor))
    return kept === null ? NOTHING_LOST : lostRecord.parse(JSON.parse(kept))
  }
  return {
    of: lostOf,
    add: (requestor, prices, newWei) => {
      const { lost, countedWei } = lossBeyondLuck(lostOf(requestor), prices, newWei)
      return { change: put(keys.lost(requestor), lost), countedWei }
    },
  }
}
