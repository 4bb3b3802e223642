/** `npm run test:deep`: hours of fuzzing instead of seconds. */
export const isDeep = process.env.GOLEM_DEEP === '1'

/** Runs of one property. Who needs fewer takes a share of them, `fc.readConfigureGlobal().numRuns`, and no number. */
export const PROPERTY_RUNS = isDeep ? 1_000_000 : 100

/** A deep property ends after this, however many runs that were. */
export const PROPERTY_LIMIT_MS = 20 * 60_000
