import type { Bytes32 } from '@golem/protocol'
import { channelOf } from './channel-of.ts'
import type { JobDesk } from './job-desk.ts'
import {
  type Attempt,
  agreementOf,
  attemptKey,
  isAwaited,
  isDrawn,
  OUTPUT_UNAVAILABLE,
  openAttempts,
} from './job-state.ts'

/** Ends one attempt that is not judged; what it would have cost is free again. */
export function dropAttempt(desk: JobDesk, attempt: Attempt, code: string, message: string): void {
  drop(desk, [attempt], code, message)
}

/** The same for several, in one commit. */
export function dropAttempts(desk: JobDesk, attempts: readonly Attempt[], code: string, message: string): void {
  if (attempts.length > 0) drop(desk, attempts, code, message)
}

/** Takes back what a provider has and did not deliver; the work goes to others. What it delivered is judged. */
export function takeBack(desk: JobDesk, id: Bytes32, code: string, message: string): void {
  const open = openAttempts(desk.state).filter((attempt) => attempt.agreement === id)
  dropAttempts(desk, open.filter(isAwaited), code, message)
}

/** In the log first, then the provider is told: what is not written down did not happen. */
function drop(desk: JobDesk, attempts: readonly Attempt[], code: string, message: string): void {
  const { services, state } = desk
  const atMs = services.clock.now()
  desk.record(attempts.map(({ agreement, index }) => ({ type: 'dropped', atMs, agreement, index, code, message })))
  for (const attempt of attempts) {
    services.treasury.release(channelOf(agreementOf(state, attempt.agreement).terms), attempt.priceWei)
    sayCancelled(desk, attempt)
    letGo(desk, attempt)
  }
}

/**
 * Tells its provider to stop. It may have delivered before it hears that, and takes one word for that; what was heard to be
 * delivered is called off by a second.
 */
export function sayCancelled({ services, links }: JobDesk, { agreement, index, delivery }: Attempt): void {
  const notes = links.get(agreement)
  const isSaid = notes?.link.send({ type: 'cancel', index })
  if (!notes || !isSaid) return
  notes.cancelledAtMs.set(index, services.clock.now())
  if (delivery !== null) notes.link.send({ type: 'cancel', index })
}

/** Outputs that nothing needs any more may be evicted. */
export function letGo(desk: JobDesk, attempt: Attempt): void {
  desk.progress.delete(attemptKey(attempt.agreement, attempt.index))
  if (attempt.delivery === null || attempt.delivery.outputs === null) return
  const { services } = desk
  services.storage.unpin(outputsOwner(desk, attempt)).catch((error: unknown) => {
    services.logger.warn({ job: desk.state.request.id, error: String(error) }, 'outputs were not let go')
  })
}

/** Of a job that has ended: whatever it has paid for and did not merge is kept, so that it can be resumed. */
export async function letGoOfAll(desk: JobDesk): Promise<void> {
  const { state, services } = desk
  const isResumable = state.ended?.how !== 'done' && state.spentWei > 0n
  if (isResumable) return
  for (const attempt of state.attempts.values()) if (attempt.state === 'accepted') letGo(desk, attempt)
  await services.storage.unpin(`job/${state.request.id}`)
}

/** Who keeps an attempt's outputs from eviction. */
export const outputsOwner = ({ state }: JobDesk, { agreement, index }: Attempt): string =>
  `job/${state.request.id}/${attemptKey(agreement, index)}`

/** Gives a provider that is not to be trusted no more work in this job; what it delivered and is not paid is forfeited. */
export function exclude(desk: JobDesk, id: Bytes32, reason: string): void {
  noteExcluded(desk, id, reason)
  const open = openAttempts(desk.state).filter((attempt) => attempt.agreement === id)
  dropAttempts(desk, open, 'PROVIDER_EXCLUDED', reason)
}

/** Gives a provider of little use no more work in this job; what it delivered is judged and paid like everybody's. */
export function leave(desk: JobDesk, id: Bytes32, reason: string): void {
  noteExcluded(desk, id, reason)
  takeBack(desk, id, 'CANCELLED', reason)
}

function noteExcluded({ services, state, record }: JobDesk, id: Bytes32, reason: string): void {
  const agreement = state.agreements.get(id)
  if (agreement && !agreement.excluded)
    record([{ type: 'excluded', atMs: services.clock.now(), agreement: id, reason }])
}

/** It did not hand over what it delivered, or said to be ready. Whoever knows what is looked at could keep just that back. */
export function noteUnavailable(desk: JobDesk, attempt: Attempt, why: string): void {
  noteFailure(desk, attempt, OUTPUT_UNAVAILABLE, why)
  if (isDrawn(attempt)) exclude(desk, attempt.agreement, why)
}

/** Failures in a row after which a provider gets no more of this job. */
const MAX_FAILURES = 3

/** Ends an attempt that failed; whoever fails again and again gets no more of the job. */
export function noteFailure(desk: JobDesk, attempt: Attempt, code: string, message: string): void {
  dropAttempt(desk, attempt, code, message)
  const notes = desk.links.get(attempt.agreement)
  if (!notes) return
  notes.failures += 1
  if (notes.failures >= MAX_FAILURES) leave(desk, attempt.agreement, `It failed ${notes.failures} times: ${message}`)
}
