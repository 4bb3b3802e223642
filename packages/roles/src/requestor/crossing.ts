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
  SUBTASK_LATE,
  waitingSubtasks,
} from './job-state.ts'
import { capLeftWei, hasStoodStill } from './pace.ts'

/** A provider that is told to stop may have delivered before it hears that; for so long it is waited for. */
const CROSSING_MS = 1_000
/** What was given up for so long is not waited for, however often its provider comes back. */
const GIVEN_UP_MS = 60_000
/** It was this node's wish alone that they end. */
const STOPPED: ReadonlySet<string | null> = new Set(['CANCELLED', 'PROVIDER_LOST', SUBTASK_LATE])

/**
 * Of one agreement's attempts those that were told to stop, and were delivered at the same time: what was done and said
 * counts as delivered, and is judged and paid like everything, as far as the job's money goes.
 */
export function crossedOf(desk: JobDesk, delivered: readonly Attempt[]): Attempt[] {
  const { services, state } = desk
  const attempts = delivered.filter((attempt) => attempt.state === 'dropped')
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
  return attempts.filter((attempt) => {
    const { dropped, delivery, priceWei } = attempt
    const isCrossed = delivery === null && STOPPED.has(dropped) && isFresh(desk, attempt)
    if (!isCrossed || hasStoodStill(desk, attempt) || priceWei > leftWei) return false
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

/** They are awaited again, for as long as it takes to say that they are delivered. */
export function takeUp({ services, state }: JobDesk, crossed: readonly Attempt[]): JobEvent[] {
  const atMs = services.clock.now()
  return crossed.map(({ agreement, index, priceWei }) => {
    services.treasury.reserve(channelOf(agreementOf(state, agreement).terms), priceWei)
    return { type: 'crossed', atMs, agreement, index }
  })
}

/** Somebody was told to stop so lately that a delivery may be on its way. */
export const mayCross = (desk: JobDesk): boolean =>
  [...desk.links].some(
    ([agreement, { state, cancelledAtMs }]) =>
      state === 'open' &&
      [...cancelledAtMs.keys()].some((index) => {
        const attempt = attemptOf(desk.state, { agreement, index })
        return attempt.state === 'dropped' && attempt.delivery === null && isFresh(desk, attempt)
      }),
  )

function isFresh({ services, links }: JobDesk, { agreement, index, droppedAtMs }: Attempt): boolean {
  const nowMs = services.clock.now()
  const toldMs = nowMs - (links.get(agreement)?.cancelledAtMs.get(index) ?? 0)
  // A clock that was put back keeps nobody waiting.
  return toldMs >= 0 && toldMs < CROSSING_MS && nowMs - droppedAtMs < GIVEN_UP_MS
}
