import type { Funding } from '@golem/protocol'

/** What matters of a funding: it pays what lies above `base`, at most `cap`, before `expiry`. */
export type Cover = { leaf: Pick<Funding['leaf'], 'baseWei' | 'capWei'>; expiryS: number }

/**
 * Up to which cumulative amount a channel's vouchers are covered on chain. A round pays only a channel that was paid
 * up to its base, so fundings count as far as they join without a gap.
 */
export function provenAmount({ paidWei, fundings, nowS }: ProvenInput): bigint {
  return usableFundings({ paidWei, fundings, nowS }).reduce(
    (level, { leaf }) => maximum(level, leaf.baseWei + leaf.capWei),
    paidWei,
  )
}

export type ProvenInput<T extends Cover = Cover> = { paidWei: bigint; fundings: readonly T[]; nowS: number }

/** The fundings that still add something, in the order in which they must be redeemed. */
export function usableFundings<T extends Cover>({ paidWei, fundings, nowS }: ProvenInput<T>): T[] {
  let level = paidWei
  return fundings
    .filter((funding) => funding.expiryS > nowS)
    .sort((a, b) => compare(a.leaf.baseWei, b.leaf.baseWei))
    .filter(({ leaf }) => {
      const end = leaf.baseWei + leaf.capWei
      if (leaf.baseWei > level || end <= level) return false
      level = end
      return true
    })
}

const maximum = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
