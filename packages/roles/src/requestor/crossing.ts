import type { Wei } from '@golem/protocol'
import { channelOf } from './channel-of.ts'
import type { JobDesk } from './job-desk.ts'
import type { JobEvent } from './job-events.ts'
import {
  type Attempt,
  agreementOf,
  attemptOf,
  checkOf,
  openAttempts,
  PROVIDER_LOST,
  SUBTASK_LATE,
  waitingSubtasks,
} from './job-state.ts'
import { capLeftWei } from './pace.ts'
import { CROSSING_MS, isTaken } from './sharing.ts'

/** What was given up for so long is not waited for, however often its provider comes back. */
const GIVEN_UP_MS = 60_000
/** It was this node's wish alone that they end. */
const STOPPED: ReadonlySet<string | null> = new Set(['CANCELLED', PROVIDER_LOST, SUBTASK_LATE])

/**
 * Of one agreement's attempts those that were told to stop, and were delivered at the same time: what was done and said
 * counts as delivered, and is judged and paid like everything, as far as the job's money goes.
 */
export const crossedOf = (desk: JobDesk, delivered: readonly Attempt[]): Attempt[] =>
  payable(
    desk,
    delivered.filter((attempt) => {
      const isStopped = attempt.state === 'dropped' && attempt.delivery === null && STOPPED.has(attempt.dropped)
      return isStopped && isFresh(desk, attempt) && desk.state.todo.tasks.has(attempt.subtask)
    }),
  )

/** What a provider that was lost had, and that is back: it may have delivered it, and nobody heard. Who has it meanwhile has it beside. */
export const returnedOf = (desk: JobDesk, held: readonly Attempt[]): Attempt[] =>
  payable(
    desk,
    held.filter((attempt) => {
      const { state, dropped, agreement, subtask } = attempt
      const { excluded, closed } = agreementOf(desk.state, agreement)
      const isWanted = excluded === null && !closed && desk.phase === 'running'
      if (!isWanted || state !== 'dropped' || dropped !== PROVIDER_LOST) return false
      return desk.state.subtasks.get(subtask)?.accepted === null && !isTaken(desk, attempt)
    }),
  )

/** As many as money reaches for. */
function payable(desk: JobDesk, attempts: readonly Attempt[]): Attempt[] {
  const { services, state } = desk
  const [first] = attempts
  // Replicas are shown when they are asked for.
  if (first === undefined || state.ended !== null || checkOf(state).by === 'replicas') return []
  const agreement = agreementOf(state, first.agreement)
  const open = openAttempts(state)
  const openWei = open.reduce((sum, { priceWei }) => sum + priceWei, 0n)
  let leftWei = [
    (state.budgetWei ?? 0n) - state.spentWei - openWei - neededWei(desk, attempts),
    services.treasury.freeCredit(channelOf(agreement.terms)),
    capLeftWei(agreement, open),
  ].reduce((least, wei) => (wei < least ? wei : least))
  const taken = new Set<string>()
  return attempts.filter(({ priceWei, subtask }) => {
    if (priceWei > leftWei || taken.has(subtask)) return false
    taken.add(subtask)
    leftWei -= priceWei
    return true
  })
}

/** What the job still lacks costs, beside what has just come, by the price that was told. */
function neededWei({ state, phase }: JobDesk, come: readonly Attempt[]): Wei {
  if (phase === 'finishing' || state.estimate === null) return 0n
  const here = new Set(come.map(({ subtask }) => subtask))
  const waiting = [...waitingSubtasks(state)].filter(({ subtask }) => !here.has(subtask.id))
  const units = waiting.reduce((sum, { subtask }) => sum + subtask.units, 0)
  const { estimateWei, totalUnits } = state.estimate
  return (BigInt(units) * estimateWei) / BigInt(Math.max(1, totalUnits))
}

/** They are awaited again: for as long as it takes to say that they are delivered, or for good. */
export function takeUp({ services, state, links }: JobDesk, attempts: readonly Attempt[]): JobEvent[] {
  const atMs = services.clock.now()
  return attempts.map(({ agreement, index, priceWei }) => {
    links.get(agreement)?.takenAtMs.delete(index)
    services.treasury.reserve(channelOf(agreementOf(state, agreement).terms), priceWei)
    return { type: 'crossed', atMs, agreement, index }
  })
}

/** Subtasks of which somebody was told to stop so lately that a delivery may be on its way: nobody else is asked yet. */
export function crossingSubtasks(desk: JobDesk): Set<string> {
  const found = new Set<string>()
  for (const [agreement, { state, cancelledAtMs }] of desk.links) {
    if (state !== 'open') continue
    for (const index of cancelledAtMs.keys()) {
      const attempt = attemptOf(desk.state, { agreement, index })
      const isAwaited = attempt.state === 'dropped' && attempt.delivery === null && STOPPED.has(attempt.dropped)
      const isLately = desk.services.clock.now() - attempt.droppedAtMs < 2 * CROSSING_MS
      if (isAwaited && isLately && isFresh(desk, attempt) && desk.state.todo.tasks.has(attempt.subtask))
        found.add(attempt.subtask)
      else if (!isAwaited || !isFresh(desk, attempt)) cancelledAtMs.delete(index)
    }
  }
  return found
}

function isFresh({ services, links }: JobDesk, { agreement, index, droppedAtMs }: Attempt): boolean {
  const nowMs = services.clock.now()
  const toldMs = nowMs - (links.get(agreement)?.cancelledAtMs.get(index) ?? 0)
  // A clock that was put back keeps nobody waiting.
  return toldMs >= 0 && toldMs < CROSSING_MS && nowMs - droppedAtMs < GIVEN_UP_MS
}
