/** Clocks nearer than this count as equal: messages take their time, and peers bear as much (`declineDemand`). */
const EQUAL_MS = 30_000
/** With two clocks nobody can say which is wrong. */
const LEAST_CLOCKS = 3
/**
 * A clock that is farther off is not corrected. Credit ends 24 hours before the lock that covers it expires; peers that
 * lie together could not move this node's time by nearly as much.
 */
export const MAX_CORRECTION_MS = 2 * 60 * 60_000

/**
 * By how much most clocks, this machine's among them, are ahead of this machine's, in milliseconds: 0 where it is one of
 * them, null where too few are asked, or none has most on its side.
 *
 * @param offsets by how much each peer's clock is ahead of this one
 */
export function agreeOnTime(offsets: readonly number[]): number | null {
  const clocks = [0, ...offsets].toSorted((a, b) => a - b)
  const middle = clocks[Math.floor(clocks.length / 2)] ?? 0
  const agreeing = clocks.filter((clock) => Math.abs(clock - middle) <= EQUAL_MS).length
  if (clocks.length < LEAST_CLOCKS || 2 * agreeing <= clocks.length) return null
  return Math.abs(middle) <= EQUAL_MS ? 0 : middle
}
