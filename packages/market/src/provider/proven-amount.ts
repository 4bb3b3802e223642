import type { Funding } from '@golem/protocol'

/** What matters of a funding: it pays what lies above `base`, at most `cap`, before `expiry`. */
export type Cover = { leaf: Pick<Funding['leaf'], 'baseWei' | 'capWei'>; expiryS: number }

export type CoverInput<T extends Cover = Cover> = { paidWei: bigint; fundings: readonly T[]; nowS: number }

/** Up to which cumulative amount a channel's vouchers are covered on chain. */
export function provenAmount(input: CoverInput): bigint {
  const last = coveringFundings(input).at(-1)
  return last === undefined ? input.paidWei : endOf(last)
}

/**
 * The fewest fundings that cover a channel from what was paid, to `untilWei` where that is given, in the order in which
 * they must be redeemed: a round pays only a channel that was paid up to its base, so a gap ends it.
 */
export function coveringFundings<T extends Cover>(input: CoverInput<T> & { untilWei?: bigint }): T[] {
  const chosen: T[] = []
  let level = input.paidWei
  while (input.untilWei === undefined || level < input.untilWei) {
    const next = farthest(input, level)
    if (next === null) break
    chosen.push(next)
    level = endOf(next)
  }
  return chosen
}

/** Of the fundings that continue at `level` the one that reaches farthest; of equals the one that lives longest. */
function farthest<T extends Cover>({ fundings, nowS }: CoverInput<T>, level: bigint): T | null {
  let best: T | null = null
  for (const each of fundings) {
    if (each.expiryS <= nowS || each.leaf.baseWei > level || endOf(each) <= level) continue
    if (best === null || endOf(each) > endOf(best) || (endOf(each) === endOf(best) && each.expiryS > best.expiryS))
      best = each
  }
  return best
}

/** Without the fundings that add nothing: spent, expired, or outdone by another in reach and life. */
export function prunedFundings<T extends Cover>({ paidWei, fundings, nowS }: CoverInput<T>): T[] {
  const alive = fundings.filter((each) => each.expiryS > nowS && endOf(each) > paidWei)
  return alive.filter(
    (each, at) => !alive.some((other, otherAt) => outdoes(other, each) && (!outdoes(each, other) || otherAt < at)),
  )
}

const outdoes = (one: Cover, other: Cover): boolean =>
  one !== other && one.leaf.baseWei <= other.leaf.baseWei && endOf(one) >= endOf(other) && one.expiryS >= other.expiryS

const endOf = ({ leaf }: Cover): bigint => leaf.baseWei + leaf.capWei
