import { formatGlm } from '@golem/protocol'
import type { Refusal } from './refuse-assignment.ts'

export type VoucherInput = {
  /** Cumulative. */
  amountWei: bigint
  /** The highest voucher held, 0 where there is none. */
  storedWei: bigint
  /** What a voucher must say for all that was accepted in the channel before. */
  owedWei: bigint
  /** Prices of the subtasks accepted now. */
  acceptedWei: bigint
  /** Covered on chain. */
  provenWei: bigint
}

/**
 * Why an acceptance does not pay what it accepts, or null where it does. Agreements of one channel share its cumulative
 * amount and their messages may overtake each other: a smaller voucher is fine where a greater one is held that pays
 * for both.
 */
export function refuseVoucher({ amountWei, storedWei, owedWei, acceptedWei, provenWei }: VoucherInput): Refusal | null {
  const neededWei = owedWei + acceptedWei
  if (amountWei > provenWei)
    return {
      code: 'VOUCHER_UNCOVERED',
      message: `The voucher says ${formatGlm(amountWei, 18)} GLM; only ${formatGlm(provenWei, 18)} GLM are funded.`,
    }
  if (amountWei < neededWei && storedWei < neededWei)
    return {
      code: 'VOUCHER_TOO_SMALL',
      message: `The voucher says ${formatGlm(amountWei, 18)} GLM; ${formatGlm(neededWei, 18)} GLM are owed.`,
    }
  return null
}
