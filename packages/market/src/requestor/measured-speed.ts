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

/** What an offer promises: a unit is a micro core-second of a machine with speed 1. */
export const offeredMsPerUnit = (speed: number): number => 1 / 1_000 / speed
