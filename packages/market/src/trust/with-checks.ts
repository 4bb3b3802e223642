const MILLION = 1_000_000

/**
 * A price with what checking costs: by this offers are compared, so that whoever is checked more has to ask less. That is what
 * a new key pays for being new: until it has the standing of an old one, all its checks.
 *
 * @param rate 0 to 1, as `checkRate` gives it
 */
export const withChecks = (priceWei: bigint, rate: number): bigint =>
  priceWei + (priceWei * BigInt(Math.round(rate * MILLION))) / BigInt(MILLION)
