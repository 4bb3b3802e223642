import { dropAttempts, exclude, noteFailure } from './attempts.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, attemptKey, checkOf, isDrawn, OUTPUT_UNAVAILABLE, openAttempts } from './job-state.ts'

// Work that takes long is given to another provider beside the first one, and one of the two is paid, or keys of one
// owner would be paid twice for what they computed once. Both sides know it: whoever is told that others are asked says
// that it is ready, and delivers when it is asked to. What was delivered before it heard that is judged and paid.

/** A word may cross with a delivery for so long: until then nobody else is asked to deliver the same. */
export const CROSSING_MS = 1_000
/** Who is asked for what is ready has so long to say it. */
const SHOW_WITHIN_MS = 10_000
/** What was delivered and does not arrive is waited for this long, where another has it ready. */
const ARRIVE_WITHIN_MS = 60_000

/** Tells all who compute one of these subtasks that others do, too. */
export function sayShared(desk: JobDesk, subtasks: ReadonlySet<string>): void {
  if (subtasks.size === 0) return
  const { state, links, shared, services } = desk
  for (const [id, attempts] of bySubtask(openAttempts(state).filter(({ subtask }) => subtasks.has(subtask)))) {
    if (attempts.length < 2) continue
    shared.add(id)
    for (const { agreement, index, state: now } of attempts) {
      const notes = links.get(agreement)
      if (now !== 'running' || !notes?.link.speaksShares || notes.sharedAtMs.has(index)) continue
      if (notes.link.send({ type: 'share', index })) notes.sharedAtMs.set(index, services.clock.now())
    }
  }
}

/** Asks for what is ready, where nobody else delivers the same. */
export function showReady(desk: JobDesk): void {
  if (checkOf(desk.state).by === 'replicas') return
  const open = openAttempts(desk.state)
  for (const attempt of open.filter(({ state }) => state === 'committed')) {
    const notes = desk.links.get(attempt.agreement)
    if (attempt.state !== 'committed' || notes?.state !== 'open') continue
    const nowMs = desk.services.clock.now()
    const askedAtMs = notes.askedToShow.get(attempt.index)
    if (askedAtMs !== undefined) {
      const why = 'The provider does not deliver what it said to be ready.'
      if (nowMs - askedAtMs > SHOW_WITHIN_MS) noteFailure(desk, attempt, OUTPUT_UNAVAILABLE, why)
      continue
    }
    const rivals = open.filter((other) => other !== attempt && other.subtask === attempt.subtask)
    if (rivals.some((rival) => comesFirst(desk, rival, nowMs))) continue
    if (notes.link.send({ type: 'show', index: attempt.index })) notes.askedToShow.set(attempt.index, nowMs)
  }
}

/** Whether the same is to come, or may come, of another. */
function comesFirst(desk: JobDesk, rival: Attempt, nowMs: number): boolean {
  const { agreement, index, state } = rival
  const notes = desk.links.get(agreement)
  switch (state) {
    case 'running': {
      // Who is away has it ready when it comes back, or comes too late.
      const sharedAtMs = notes?.sharedAtMs.get(index) ?? nowMs
      return notes?.state === 'open' && nowMs - sharedAtMs < CROSSING_MS
    }
    case 'committed':
      return notes?.askedToShow.has(index) === true
    case 'delivered': {
      const sinceMs = desk.fetching.get(attemptKey(agreement, index)) ?? nowMs
      if (nowMs - sinceMs < ARRIVE_WITHIN_MS) return true
      const why = 'The provider did not hand over its output, and another has the same.'
      noteFailure(desk, rival, OUTPUT_UNAVAILABLE, why)
      if (isDrawn(rival)) exclude(desk, agreement, why)
      return false
    }
    default:
      return false
  }
}

/** What comes second is not taken: another delivers the same, or is asked to. */
export function withoutSecond(desk: JobDesk, delivered: readonly Attempt[]): Attempt[] {
  if (desk.shared.size === 0) return [...delivered]
  const open = openAttempts(desk.state)
  // Who was not told of others, being of an older version, is paid beside them.
  const isTold = ({ agreement, index }: Attempt) => desk.links.get(agreement)?.sharedAtMs.has(index) === true
  const isSecond = (attempt: Attempt): boolean =>
    desk.shared.has(attempt.subtask) &&
    isTold(attempt) &&
    open.some(
      (other) =>
        other !== attempt &&
        other.subtask === attempt.subtask &&
        (other.state === 'delivered' || desk.links.get(other.agreement)?.askedToShow.has(other.index) === true),
    )
  const second = delivered.filter(isSecond)
  dropAttempts(desk, second, 'CANCELLED', 'Another provider was first.')
  // What was said is called off by a second word.
  for (const { agreement, index } of second) desk.links.get(agreement)?.link.send({ type: 'cancel', index })
  return delivered.filter((attempt) => !second.includes(attempt))
}

function bySubtask(attempts: readonly Attempt[]): Map<string, Attempt[]> {
  const found = new Map<string, Attempt[]>()
  for (const attempt of attempts) found.set(attempt.subtask, [...(found.get(attempt.subtask) ?? []), attempt])
  return found
}
