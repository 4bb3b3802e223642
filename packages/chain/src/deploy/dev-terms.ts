import type { DisputeTerms } from './plan-deployment.ts'

const HOUR_S = 3_600

/** Hours where a public network has days, so that a whole dispute fits into an evening. */
export const devTerms: DisputeTerms = {
  stake: { exitDelayS: 4 * HOUR_S, claimWindowS: HOUR_S, claimLifeS: 2 * HOUR_S, slashDelayS: 0, ageingS: 0 },
  disputes: {
    ...{ bondWei: 10n ** 18n, firstSeats: 3 },
    ...{ drawS: 600, commitS: 600, revealS: 600, appealS: 300, finishS: 600 },
  },
}
