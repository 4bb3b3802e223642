import { MAX_BATCH } from '@golem/protocol'
import { dropAttempts, noteUnavailable } from './attempts.ts'
import type { JobDesk, LinkNotes } from './job-desk.ts'
import { type Attempt, attemptKey, checkOf, openAttempts } from './job-state.ts'

// Work that takes long is given to another provider beside the first one, and one of the two is paid, or keys of one
// owner would be paid twice for what they computed once. Both sides know it: whoever is told that others are asked says
// that it is ready, and delivers when it is asked to. What was delivered before it heard that is judged and paid.

/** A word may cross with a delivery for so long: until then nobody else is asked to deliver the same. */
export const CROSSING_MS = 1_000
/** Who is asked for what is ready has so long to say it, however often its stream breaks. */
const TAKE_WITHIN_MS = 30_000
/** What was delivered and does not arrive is waited for this long, where another has it ready. */
const ARRIVE_WITHIN_MS = 10 * 60_000

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
export function takeReady(desk: JobDesk): void {
  const { state, links, shared, services } = desk
  if (checkOf(state).by === 'replicas') return
  const open = openAttempts(state)
  const nowMs = services.clock.now()
  const asked = new Map<LinkNotes, number[]>()
  for (const attempt of open) {
    const { agreement, index, subtask } = attempt
    const notes = links.get(agreement)
    if (attempt.state !== 'committed' || notes === undefined) continue
    const takenAtMs = notes.takenAtMs.get(index) ?? nowMs
    if (nowMs - takenAtMs > TAKE_WITHIN_MS)
      noteUnavailable(desk, attempt, 'The provider did not deliver what it said to be ready.')
    else if (notes.state === 'open' && !notes.askedToShow.has(index)) {
      const rivals = shared.has(subtask) ? open.filter((other) => other !== attempt && other.subtask === subtask) : []
      if (rivals.some((rival) => comesFirst(desk, rival, nowMs))) continue
      notes.askedToShow.add(index)
      notes.takenAtMs.set(index, takenAtMs)
      asked.set(notes, [...(asked.get(notes) ?? []), index])
    }
  }
  for (const [{ link }, indices] of asked)
    for (let at = 0; at < indices.length; at += MAX_BATCH)
      link.send({ type: 'take', indices: indices.slice(at, at + MAX_BATCH) })
}

/** Whether the same is to come, or may come, of another. */
function comesFirst(desk: JobDesk, rival: Attempt, nowMs: number): boolean {
  const { agreement, index, state } = rival
  const notes = desk.links.get(agreement)
  if (state === 'running') {
    // Who is away has it ready when it comes back; who was not told, being of an older version, has to be first.
    const sharedAtMs = notes?.sharedAtMs.get(index) ?? Number.NEGATIVE_INFINITY
    return notes?.state === 'open' && nowMs >= sharedAtMs && nowMs - sharedAtMs < CROSSING_MS
  }
  if (state === 'committed') return notes?.takenAtMs.has(index) === true
  if (state !== 'delivered') return false
  // What is here is checked.
  const sinceMs = desk.fetching.get(attemptKey(agreement, index)) ?? nowMs
  if (nowMs - sinceMs < ARRIVE_WITHIN_MS) return true
  noteUnavailable(desk, rival, 'The provider did not hand over its output, and another has the same.')
  return false
}

/** Whether another delivers the same, or was asked to. */
export function isTaken({ state, links }: JobDesk, attempt: Attempt): boolean {
  return openAttempts(state).some(({ agreement, index, subtask, state: now }) => {
    if (subtask !== attempt.subtask || (agreement === attempt.agreement && index === attempt.index)) return false
    return now === 'delivered' || (now === 'committed' && links.get(agreement)?.takenAtMs.has(index) === true)
  })
}

/** What comes second is not taken. */
export function withoutSecond(desk: JobDesk, delivered: readonly Attempt[]): Attempt[] {
  const second = delivered.filter((attempt) => desk.shared.has(attempt.subtask) && isTaken(desk, attempt))
  callOff(desk, second, 'Another provider was first.')
  return delivered.filter((attempt) => !second.includes(attempt))
}

/** Of what was said to be delivered, and is not taken: by a second word, since the first may have crossed with it. */
export function callOff(desk: JobDesk, said: readonly Attempt[], why: string): void {
  dropAttempts(desk, said, 'CANCELLED', why)
  for (const { agreement, index } of said) desk.links.get(agreement)?.link.send({ type: 'cancel', index })
}

function bySubtask(attempts: readonly Attempt[]): Map<string, Attempt[]> {
  const found = new Map<string, Attempt[]>()
  for (const attempt of attempts) found.set(attempt.subtask, [...(found.get(attempt.subtask) ?? []), attempt])
  return found
}
