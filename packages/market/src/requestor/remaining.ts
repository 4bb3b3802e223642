/** A subtask that a provider has. */
export type Pending = {
  units: number
  /** null: it waits there for a core. */
  startedAtMs: number | null
  /** As the provider reports, 0 to 1. */
  fraction: number
}

/** Shorter delays are the network's, and nobody's fault. */
const GRACE_MS = 500
/** What takes longer than this many times what was expected of it is late. */
const LATE = 2
/** Progress is only a word: it is believed for so much longer. */
const LATE_WITH_PROGRESS = 5

/**
 * How long a subtask will still take. What is late is expected to take as long again as it is late: who promises and
 * does not deliver looks slower with every second, until others are asked.
 */
export function remainingMs(nowMs: number, { units, startedAtMs, fraction }: Pending, msPerUnit: number): number {
  const expected = units * msPerUnit
  if (startedAtMs === null) return expected
  const elapsed = nowMs - startedAtMs
  const told = fraction > 0.1 ? (elapsed * (1 - fraction)) / fraction : Math.max(expected - elapsed, expected * 0.1)
  const patience = (fraction > 0.1 ? LATE_WITH_PROGRESS : LATE) * expected + GRACE_MS
  return elapsed > patience ? Math.max(told, elapsed - expected) : told
}

/** Nothing is held against a provider before this. */
const STALL_MS = 10_000
/** A slow line, by which a provider gets a job's inputs before its first subtask. */
const SLOW_BYTES_PER_MS = 1_000

export type Held = Omit<Pending, 'fraction'> & {
  /** What the provider has to fetch first; 0 once it has delivered anything. */
  inputBytes: number
  /** Attempts at this subtask that were given up as late: it may be heavier than was estimated. */
  late: number
}

/** So late that others are hired in its place. */
export function isStalled(nowMs: number, { units, startedAtMs, inputBytes, late }: Held, msPerUnit: number): boolean {
  if (startedAtMs === null) return false
  const patience = (STALL_MS + LATE_WITH_PROGRESS * units * msPerUnit) * (1 + late)
  return nowMs - startedAtMs > patience + inputBytes / SLOW_BYTES_PER_MS
}
