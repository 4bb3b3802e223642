/** A subtask whose program stands still. */
export type FrozenWork = {
  nowMs: number
  /** Of its agreement. */
  deadlineMs: number
  frozenSinceMs: number
  /** When it will go on, where that is known. */
  thawsAtMs: number | null
  /** What all of it was expected to take here. */
  expectedMs: number
  /** 0 to 1. */
  doneShare: number
}

/** What goes on sooner than this is waited for, however short the work is. */
const LEAST_PATIENCE_MS = 60_000
/** Estimates err; whoever gets the work next may be slower. */
const MARGIN = 2
/** Until somebody else has it: a word, its inputs, a program's start. */
const HAND_OVER_MS = 60_000

/**
 * Whether frozen work is given back, so that somebody else computes it: where it could not be done in time even if it
 * went on as soon as can be hoped, where waiting longer would leave nobody else the time, and where doing it anew
 * elsewhere takes less than it has stood still, or will.
 */
export function handsBack({ nowMs, deadlineMs, frozenSinceMs, thawsAtMs, expectedMs, doneShare }: FrozenWork): boolean {
  const thawMs = Math.max(nowMs, thawsAtMs ?? nowMs)
  if (thawMs + MARGIN * expectedMs * (1 - doneShare) > deadlineMs) return true
  if (nowMs + MARGIN * expectedMs + HAND_OVER_MS > deadlineMs) return true
  return thawMs - frozenSinceMs > Math.max(LEAST_PATIENCE_MS, expectedMs)
}
