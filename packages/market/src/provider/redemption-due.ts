import { type Cover, coveringFundings } from './proven-amount.ts'

/** A channel, as the decision to redeem sees it. */
export type Claim<Id> = {
  id: Id
  /** The highest voucher held. */
  voucherWei: bigint
  /** Paid on chain, as last seen. */
  paidWei: bigint
  /** The amount of a redemption that was carried out and fell short; 0 where there was none. */
  triedWei: bigint
  /** No agreement is open that could raise the voucher. */
  isFinished: boolean
  /** `seenS`: when the funding was proven. */
  fundings: readonly (Cover & { seenS: number })[]
}

export type RedemptionPolicy = {
  /** Redeemed when this much is owed, whatever else. */
  thresholdWei: bigint
  /** Redeemed so long before a lock expires, or after half of its life where that is shorter than twice this. */
  beforeExpiryS: number
}

/** The channels to redeem now: one transaction each time, so as late as is safe. */
export function redemptionDue<Id>(claims: readonly Claim<Id>[], nowS: number, policy: RedemptionPolicy): Id[] {
  return claims.filter((claim) => isDue(claim, nowS, policy)).map((claim) => claim.id)
}

function isDue(claim: Claim<unknown>, nowS: number, { thresholdWei, beforeExpiryS }: RedemptionPolicy): boolean {
  const dueWei = claim.voucherWei - claim.paidWei
  if (dueWei <= 0n || claim.voucherWei <= claim.triedWei) return false
  if (claim.isFinished || dueWei >= thresholdWei) return true
  return coveringFundings({ ...claim, nowS, untilWei: claim.voucherWei }).some(
    ({ expiryS, seenS }) => nowS >= expiryS - Math.min(beforeExpiryS, (expiryS - seenS) / 2),
  )
}
