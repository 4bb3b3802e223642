import { channelOf } from './channel-of.ts'
import type { JobDesk } from './job-desk.ts'
import type { JobEvent } from './job-events.ts'
import { type Attempt, agreementOf, checkOf, openAttempts, SUBTASK_LATE } from './job-state.ts'
import { capLeftWei, hasStoodStill } from './pace.ts'

/** A provider that is told to stop may have delivered before it hears that; for so long it is waited for. */
const CROSSING_MS = 1_000
/** It was this node's wish alone that they end. */
const STOPPED: ReadonlySet<string | null> = new Set(['CANCELLED', 'PROVIDER_LOST', SUBTASK_LATE])

/**
 * Of one agreement's attempts those that were told to stop, and were delivered at the same time: what was done and said
 * counts as delivered, and is judged and paid like everything, as far as the job's money goes.
 */
export function crossedOf(desk: JobDesk, delivered: readonly Attempt[]): Attempt[] {
  const { services, state, links } = desk
  const attempts = delivered.filter((attempt) => attempt.state === 'dropped')
  const [first] = attempts
  // Replicas are shown when they are asked for.
  if (first === undefined || state.ended !== null || checkOf(state).by === 'replicas') return []
  const agreement = agreementOf(state, first.agreement)
  const told = links.get(first.agreement)?.cancelledAtMs
  const open = openAttempts(state)
  const openWei = open.reduce((sum, { priceWei }) => sum + priceWei, 0n)
  let leftWei = [
    (state.budgetWei ?? 0n) - state.spentWei - openWei,
    services.treasury.freeCredit(channelOf(agreement.terms)),
    capLeftWei(agreement, open),
  ].reduce((least, wei) => (wei < least ? wei : least))
  return attempts.filter((attempt) => {
    const { index, dropped, delivery, priceWei } = attempt
    const isCrossed = delivery === null && STOPPED.has(dropped) && isFresh(desk, told?.get(index))
    if (!isCrossed || hasStoodStill(desk, attempt) || priceWei > leftWei) return false
    leftWei -= priceWei
    return true
  })
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
  [...desk.links.values()].some(
    ({ state, cancelledAtMs }) => state === 'open' && [...cancelledAtMs.values()].some((atMs) => isFresh(desk, atMs)),
  )

const isFresh = ({ services }: JobDesk, toldAtMs: number | undefined): boolean =>
  toldAtMs !== undefined && services.clock.now() - toldAtMs < CROSSING_MS
