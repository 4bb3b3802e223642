/** Between 1 and 100 GLM with all 18 decimals in use: round amounts would make calldata cheaper than it is. */
export const realAmount = (seed: number): bigint =>
  10n ** 18n + ((BigInt(seed + 1) * 48_271_000_000_000_000_007n + 1_234_567_890_123_456_789n) % (99n * 10n ** 18n))
