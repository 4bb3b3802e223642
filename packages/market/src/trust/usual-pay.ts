import type { Wei } from '@golem/protocol'

/** What a usual subtask costs, of a minute of the reference machine: the measure for how much a requestor has shown. */
export const usualPay = (pricePerCoreHourWei: Wei): Wei => pricePerCoreHourWei / 60n
