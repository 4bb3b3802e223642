/**
 * What the acts of the payment contract take, in gas, made alone and with digits in use (contracts/README.md has them
 * exactly). Only the choice between them hangs on these.
 */
export const GAS = {
  redeem: 65_000n,
  collect: 45_000n,
  /** A settlement, without what each channel in it takes. */
  settle: 26_000n,
  settleChannel: 20_500n,
  /** Beside it, in one transaction. */
  deposit: 45_000n,
} as const

/** An act is worth its gas where it moves so many times as much. */
export const WORTH_ITS_GAS = 20n

/**
 * What a unit of gas costs, in base units of the token.
 *
 * @param glmPerEth what an ETH is worth; 0 where gas is worth nothing, as on a development chain
 */
export const gasInGlm = (gasPriceWei: bigint, glmPerEth: number): bigint =>
  (gasPriceWei * BigInt(Math.round(glmPerEth * 1_000))) / 1_000n
