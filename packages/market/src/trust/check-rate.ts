export type CheckPolicy = {
  /** Of its pay, what an honest provider spends on a subtask at most, and a cheat saves. */
  costShare: number
  /** How much more than just enough. */
  margin: number
  /** Never less. */
  floor: number
}

/**
 * At 32 subtasks' pay to lose 2.8 % are checked. Cheating is worse than honest work for whoever spends up to costShare *
 * margin = 94 % of the pay on it.
 */
export const CHECK_POLICY: CheckPolicy = { costShare: 0.75, margin: 1.25, floor: 0.005 }

export type CheckRateInput = {
  /** Pay of the subtask. */
  payWei: number
  /** What the provider loses besides when it is caught (`lossAtStake`). */
  lossWei: number
  /** Chance that a check shows a wrong result; 1 for whole repetitions. */
  detection: number
  policy?: CheckPolicy
}

/**
 * The share of deliveries that is checked. Who cheats once gets (1 - q d) w - q d L, who works w - c: cheating is worse when
 * q > c / (d (w + L)) (after Becker 1968; Belenkiy et al., "Incentivizing outsourced computation", NetEcon 2008). Never
 * zero. A fresh key has nothing to lose, and is checked nearly always.
 *
 * @returns 0 < rate <= 1
 */
export function checkRate({ payWei, lossWei, detection, policy = CHECK_POLICY }: CheckRateInput): number {
  if (!(payWei > 0) || !(detection > 0)) return 1
  const enough = (policy.margin * policy.costShare * payWei) / (detection * (payWei + Math.max(0, lossWei)))
  return Math.min(1, Math.max(policy.floor, enough))
}
