import type { Receipt } from '@golem/ports'

/** Several transactions as one: the cost of all, the place of the last; null for none. */
export const together = (receipts: readonly Receipt[]): Receipt | null =>
  receipts.reduce<Receipt | null>(
    (all, each) =>
      all === null ? each : { ...each, gasUsed: all.gasUsed + each.gasUsed, feeWei: all.feeWei + each.feeWei },
    null,
  )
