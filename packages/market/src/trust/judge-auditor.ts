import type { Bytes32 } from '@golem/protocol'
import { type CheckPolicy, checkRate } from './check-rate.ts'

export type PlantRateInput = {
  /** What an audit pays. */
  feeWei: number
  /** What the auditor loses when a planted result shows that it did not compute: its stake's part and its standing. */
  lossWei: number
  policy?: CheckPolicy
}

/**
 * The share of audits whose answer is known beforehand. An auditor is a provider whose work is checked: it saves its
 * re-execution, and loses fee, stake and standing. The answers planted are good and bad, so that always yes, always no and
 * what others say are each found out (Truebit's forced errors, Teutsch and Reitwiessner 2017).
 */
export const plantRate = ({ feeWei, lossWei, policy }: PlantRateInput): number =>
  checkRate({ payWei: feeWei, lossWei, detection: PLANT_DETECTION, ...(policy === undefined ? {} : { policy }) })

/** Whoever guesses is right every second time. */
const PLANT_DETECTION = 0.5

export type AuditWord = { isGood: boolean; output: Bytes32 | null }

/** Whether an auditor's word is what was planted: its output says more than yes or no, and cannot be guessed. */
export function isPlantFound(planted: { output: Bytes32; isGood: boolean }, said: AuditWord): boolean {
  return said.isGood === planted.isGood && said.output === planted.output
}
