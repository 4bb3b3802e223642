import { checkRate, lossAtStake, reputationOf } from '@golem/market'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, agreementOf, openAttempts } from './job-state.ts'

/**
 * The share of a provider's deliveries that is done again: so many that cheating does not pay, by what it would lose when it
 * is caught, and at least as many as the plan says. Whoever is new and has delivered little has little to lose.
 *
 * @param attempt one of them; what else it has delivered and is not paid for is lost with it
 */
export function checkShare({ services, state }: JobDesk, attempt: Attempt, atLeast: number): number {
  const { book, clock } = services
  if (book === undefined) return atLeast
  const { terms } = agreementOf(state, attempt.agreement)
  const payWei = Number(attempt.priceWei)
  const record = book.ofProvider(terms.provider, terms.manifest)
  const { standingWei, recentWei } = reputationOf([{ record, isOwn: true }], { nowMs: clock.now(), payWei })
  let unpaidWei = 0
  for (const other of openAttempts(state))
    if (other !== attempt && other.state === 'delivered' && other.agreement === attempt.agreement)
      unpaidWei += Number(other.priceWei)
  const lossWei = lossAtStake({ unpaidWei, stakeWei: 0, standingWei, ownRecentWei: recentWei, recentWei })
  return Math.max(atLeast, checkRate({ payWei, lossWei, detection: 1 }))
}
