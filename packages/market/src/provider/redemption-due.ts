import { GAS, WORTH_ITS_GAS } from '../gas-worth.ts'
import { type Cover, coveringFundings } from './proven-amount.ts'

/** A channel, as the decision to redeem sees it. */
export type Claim<Id> = {
  id: Id
  /** The highest voucher held. */
  voucherWei: bigint
  /** Paid on chain, as last seen. */
  paidWei: bigint
  collectedWei: bigint
  /** The amount of a redemption that was carried out and fell short; 0 where there was none. */
  triedWei: bigint
  /** No agreement is open that could raise the voucher. */
  isFinished: boolean
  /** The requestor has said that it settles by itself, and has until then; 0 where it has not. */
  settledByS: number
  /** `seenS`: when the funding was proven. */
  fundings: readonly (Cover & { seenS: number })[]
}

export type RedemptionPolicy = {
  /** What a unit of gas costs, in base units of the token. */
  gasWei: bigint
  /** Redeemed in mid-work when this much is owed: so much may be lost with the vouchers. */
  thresholdWei: bigint
  /** Redeemed so long before a lock expires, or after half of its life where that is shorter than twice this. */
  beforeExpiryS: number
}

/** In mid-work more comes soon: gas may be a smaller share then. */
const WORTH_IN_WORK = 100n

/**
 * The channels to redeem now: as late as is safe, because one transaction later pays for more, and once what is owed is
 * many times the gas. In the end, before a lock expires, whatever is more than the gas.
 */
export function redemptionDue<Id>(claims: readonly Claim<Id>[], nowS: number, policy: RedemptionPolicy): Id[] {
  return claims.filter((claim) => isDue(claim, nowS, policy)).map((claim) => claim.id)
}

function isDue(
  claim: Claim<unknown>,
  nowS: number,
  { gasWei, thresholdWei, beforeExpiryS }: RedemptionPolicy,
): boolean {
  const dueWei = claim.voucherWei - claim.paidWei
  if (dueWei <= 0n || claim.voucherWei <= claim.triedWei) return false
  const costWei = GAS.redeem * gasWei
  const expires = coveringFundings({ ...claim, nowS, untilWei: claim.voucherWei }).some(
    ({ expiryS, seenS }) => nowS >= expiryS - Math.min(beforeExpiryS, (expiryS - seenS) / 2),
  )
  if (expires) return dueWei > costWei
  if (dueWei >= thresholdWei && dueWei >= WORTH_IN_WORK * costWei) return true
  return claim.isFinished && nowS >= claim.settledByS && dueWei >= WORTH_ITS_GAS * costWei
}

/** The channels whose payments are to be credited now. Nothing expires here, so it waits until it is worth its gas. */
export function collectionDue<Id>(claims: readonly Claim<Id>[], gasWei: bigint): Id[] {
  return claims
    .filter(({ isFinished, paidWei, collectedWei }) => {
      const dueWei = paidWei - collectedWei
      return isFinished && dueWei > 0n && dueWei >= WORTH_ITS_GAS * GAS.collect * gasWei
    })
    .map(({ id }) => id)
}
