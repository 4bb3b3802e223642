/** How much a new measurement counts against the ones before. */
const WEIGHT = 0.4

/**
 * Milliseconds a unit of work takes on one core of a provider: an exponential mean over its verified subtasks, which
 * replaces what its offer said with the first of them.
 */
export function measuredMsPerUnit(before: number | null, sample: { wallMs: number; units: number }): number {
  const now = sample.wallMs / sample.units
  return before === null ? now : before * (1 - WEIGHT) + now * WEIGHT
}

/** No core is so much faster than the reference machine's; whoever offers more is taken for this fast at most. */
const CREDIBLE_SPEED = 4

/** What an offer promises, as far as it is believed: a unit is a micro core-second of a machine with speed 1. */
export const offeredMsPerUnit = (speed: number): number => 1 / 1_000 / Math.min(speed, CREDIBLE_SPEED)

/** What a provider says of its time counts down to this share of what passed here until it delivered. */
const CREDIBLE_SHARE = 0.5

/**
 * Time that a subtask took, for the measurement: as the provider metered it, which leaves out transfers and the start
 * of its program, but within bounds that the requestor's own clock sets.
 */
export function credibleWallMs({ meteredMs, elapsedMs }: { meteredMs: number; elapsedMs: number }): number {
  return Math.min(Math.max(meteredMs, elapsedMs * CREDIBLE_SHARE), elapsedMs)
}

/** Cores that an offer is believed to have before anything was accepted, and how many more each acceptance proves. */
const UNPROVEN_CORES = 8
const CORES_PER_ACCEPTANCE = 4

/** Claimed cores cost nothing: belief in them grows with what was accepted. */
export const credibleCores = (cores: number, accepted: number): number =>
  Math.min(cores, UNPROVEN_CORES + CORES_PER_ACCEPTANCE * accepted)
