import { priceOf } from '@golem/protocol'

/** Of the pay of the work, where an auditor computes a part of it again. */
const PART = 4n

export type AuditFeeInput = {
  /** Of the subtask, and the price of the agreement that it was done under. */
  units: number
  pricePerCoreHourWei: bigint
  /** All of it is computed again. */
  isWhole: boolean
}

/** What one audit pays: what the work paid, or a quarter of that where a part is looked at. Both sides count it by themselves. */
export function auditFee({ units, pricePerCoreHourWei, isWhole }: AuditFeeInput): bigint {
  const priceWei = priceOf(units, pricePerCoreHourWei)
  return isWhole ? priceWei : priceWei / PART
}

/** Of a job's budget so much is paid to auditors at most, beside it. */
export const mostForAudits = (budgetWei: bigint): bigint => budgetWei / 4n
