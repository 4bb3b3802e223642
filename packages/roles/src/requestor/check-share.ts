import { CHECK_POLICY, checkRate, lossInPair } from '@golem/market'
import { type Address, type Cid, priceOf } from '@golem/protocol'
import { createBackings } from '../trust/backings.ts'
import type { JobDesk, JobServices } from './job-desk.ts'
import { type Attempt, agreementOf, ownCheckOf } from './job-state.ts'

const DAY_UNITS_OF_A_CORE = 24 * 3_600_000_000

type Work = {
  application: Cid
  /** Of one subtask. */
  payWei: bigint
  /** Delivered, and not judged yet. */
  deliveredWei: bigint
  /** As its offer says. */
  lent: { cores: number; speed: number; pricePerCoreHourWei: bigint }
}

/** How often a provider's subtasks are done again here, so that cheating at one does not pay; null where nobody is watched. */
export function rateOf(
  { book, backings, clock }: Pick<JobServices, 'book' | 'backings' | 'clock'>,
  provider: Address,
  work: Work,
): number | null {
  const { application, payWei, deliveredWei, lent } = work
  if (book === undefined) return null
  const seen = backings ?? createBackings({ book, clock, stakes: null })
  const { standingWei, stakeWei } = seen.ofProvider(provider, application)
  const { recentWei } = book.ofProvider(provider, application)
  const lossWei = lossInPair({
    ...{ stakeWei, standingWei },
    ownRecentWei: recentWei + Number(deliveredWei),
    dayWei: Number(priceOf(Math.ceil(DAY_UNITS_OF_A_CORE * lent.cores * lent.speed), lent.pricePerCoreHourWei)),
  })
  return checkRate({ payWei: Number(payWei), lossWei, detection: 1 })
}

/**
 * The share of a provider's deliveries that is done again: so many that cheating does not pay, and at least as many as the
 * plan, or the person, says.
 *
 * Whoever has earned standing, or has a stake, loses it. Deliveries that are judged together are lost together: where all `k` of them are
 * wrong, an honest provider would have been left with `1 - cost` of their pay, so they may pass with no more chance than
 * that: `(1 - q)^k < 1 - cost`. That suffices where fewer are wrong, too: what is right has cost something, and is lost with
 * the others. Whoever is new and has delivered one thing alone is checked nearly always.
 *
 * What the application looks at, it looks at each time; and where a person wants nothing to be checked, nothing is.
 *
 * @param attempts of one agreement, that are accepted together or not at all
 */
export function checkShare({ services, state }: JobDesk, attempts: readonly Attempt[]): number {
  const { by, share: atLeast } = ownCheckOf(state)
  const [first] = attempts
  if (by !== 'daemon' || first === undefined) return atLeast
  const { terms, cores, speed } = agreementOf(state, first.agreement)
  const { provider, manifest: application, pricePerCoreHourWei } = terms
  const rate = rateOf(services, provider, {
    application,
    payWei: first.priceWei,
    deliveredWei: attempts.reduce((sum, { priceWei }) => sum + priceWei, 0n),
    lent: { cores, speed, pricePerCoreHourWei },
  })
  if (rate === null) return atLeast
  const { costShare, margin } = CHECK_POLICY
  const together = 1 - (1 - costShare * margin) ** (1 / attempts.length)
  return Math.max(atLeast, Math.min(rate, together))
}
