import { REQUEST_TARGET_MS, WANT_BLOCKS } from '../limits.ts'

/** Enough to see how fast a source is, and little enough that a slow one holds nothing up. */
const FIRST_BLOCKS = 4

/**
 * How many blocks the next request asks for: so many as the last one shows to take `REQUEST_TARGET_MS`, but never more
 * than twice as many. So a link is kept busy by two requests, and of several sources each is given what it can bring.
 */
export function requestSize(last: { count: number; elapsedMs: number } | null): number {
  if (last === null) return FIRST_BLOCKS
  const fitting = Math.floor((last.count * REQUEST_TARGET_MS) / Math.max(1, last.elapsedMs))
  return Math.max(1, Math.min(fitting, 2 * last.count, WANT_BLOCKS))
}
