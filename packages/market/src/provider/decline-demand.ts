import {
  type Address,
  type Cid,
  type Demand,
  isDemandSigned,
  type RecoverSigner,
  type Settlement,
} from '@golem/protocol'

/** What a provider wants of a demand. */
export type DemandPolicy = {
  settlement: Settlement
  /** Applications lent out here. */
  manifests: ReadonlySet<Cid>
  pricePerCoreHourWei: bigint
  /** Requestors that are not answered. */
  denied: ReadonlySet<Address>
  openAgreements: number
  maxAgreements: number
}

export type DemandInput = {
  demand: Demand
  /** Whose connection vouches for the message. */
  from: Address
  policy: DemandPolicy
  nowMs: number
  /** Default: the pure one. */
  recoverSigner?: RecoverSigner | undefined
}

/** Clocks of peers may differ by this much. */
export const CLOCK_SKEW_MS = 60_000
/** A demand that claims to live longer is not answered: it would have to be remembered too long. */
export const MAX_DEMAND_LIFE_MS = 60 * 60_000

/** Why a demand gets no answer, or null where it gets one. The costly check, its signature, comes last. */
export function declineDemand({ demand, from, policy, nowMs, recoverSigner }: DemandInput): string | null {
  const { body } = demand
  const where = policy.settlement
  if (body.requestor !== from) return `it names ${body.requestor} and came from ${from}`
  if (policy.denied.has(body.requestor)) return 'its requestor broke the rules a moment ago'
  if (body.expiresAtMs <= nowMs) return 'it has expired'
  if (body.issuedAtMs > nowMs + CLOCK_SKEW_MS) return 'it was issued in the future'
  if (body.expiresAtMs - body.issuedAtMs > MAX_DEMAND_LIFE_MS) return 'it lives too long'
  if (!policy.manifests.has(body.manifest)) return `${body.app} (${body.manifest}) is not lent out here`
  if (
    body.settlement.chainId !== where.chainId ||
    body.settlement.payments !== where.payments ||
    body.settlement.token !== where.token
  )
    return 'it pays by other contracts'
  if (body.maxPricePerCoreHourWei < policy.pricePerCoreHourWei) return 'it pays too little'
  if (policy.openAgreements >= policy.maxAgreements) return `${policy.openAgreements} agreements are open`
  return isDemandSigned(demand, recoverSigner) ? null : 'its signature is wrong'
}
