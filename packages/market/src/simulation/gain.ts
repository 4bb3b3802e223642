/** One-sided 95 % of the normal distribution. */
const Z = 1.645

export type Gain = {
  /** Mean of the differences. */
  mean: number
  /** The mean is at most this, with 95 % confidence. */
  upper: number
}

/** What cheating gained over the honest twin, of one difference for each seed. */
export function gainOf(differences: readonly number[]): Gain {
  const count = differences.length
  const mean = differences.reduce((sum, one) => sum + one, 0) / count
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, count - 1)
  return { mean, upper: mean + Z * Math.sqrt(variance / count) }
}
