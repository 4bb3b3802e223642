import { CHECK_POLICY, checkRate, lossAtStake, reputationOf } from '@golem/market'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, agreementOf, checkOf } from './job-state.ts'

/**
 * The share of a provider's deliveries that is done again: so many that cheating does not pay, and at least as many as the
 * plan, or the person, says.
 *
 * Whoever has earned standing loses it. Deliveries that are judged together are lost together: where all `k` of them are
 * wrong, an honest provider would have been left with `1 - cost` of their pay, so they may pass with no more chance than
 * that: `(1 - q)^k < 1 - cost`. That suffices where fewer are wrong, too: what is right has cost something, and is lost with
 * the others. Whoever is new and has delivered one thing alone is checked nearly always.
 *
 * What the application looks at, it looks at each time; and where a person wants nothing to be checked, nothing is.
 *
 * @param attempts of one agreement, that are accepted together or not at all
 */
export function checkShare({ services, state }: JobDesk, attempts: readonly Attempt[]): number {
  const { book, clock } = services
  const { by, share: atLeast } = checkOf(state)
  const [first] = attempts
  if (by !== 'daemon' || book === undefined || first === undefined) return atLeast
  const { terms } = agreementOf(state, first.agreement)
  const payWei = Number(first.priceWei)
  const record = book.ofProvider(terms.provider, terms.manifest)
  const { standingWei, recentWei } = reputationOf([{ record, isOwn: true }], { nowMs: clock.now(), payWei })
  const lossWei = lossAtStake({ unpaidWei: 0, stakeWei: 0, standingWei, ownRecentWei: recentWei, recentWei })
  const { costShare, margin } = CHECK_POLICY
  const together = 1 - (1 - costShare * margin) ** (1 / attempts.length)
  return Math.max(atLeast, Math.min(checkRate({ payWei, lossWei, detection: 1 }), together))
}
