import { credibleCores, isStalled, offeredMsPerUnit, remainingMs } from '@golem/market'
import type { Wei } from '@golem/protocol'
import { noteFailure } from './attempts.ts'
import type { JobDesk } from './job-desk.ts'
import {
  type AgreementState,
  type Attempt,
  agreementOf,
  attemptKey,
  attemptOf,
  SUBTASK_LATE,
  subtaskOf,
} from './job-state.ts'

/** Under agreement, connected, funded, and not set aside. */
export function readyAgreements(desk: JobDesk): AgreementState[] {
  const nowMs = desk.services.clock.now()
  return [...desk.state.agreements.values()].filter((agreement) => {
    const notes = desk.links.get(agreement.id)
    return (
      !agreement.excluded &&
      !agreement.closed &&
      notes?.state === 'open' &&
      notes.lending === 'open' &&
      notes.funded &&
      notes.pausedUntilMs <= nowMs
    )
  })
}

/** A provider whose money is locked and shown says within this that it is. */
const ACKNOWLEDGE_MS = 10_000

/** Measured by its accepted subtasks; by its offer until there are some. */
export const msPerUnitOf = (desk: JobDesk, { id, speed }: Pick<AgreementState, 'id' | 'speed'>): number =>
  desk.links.get(id)?.msPerUnit ?? offeredMsPerUnit(speed)

/** It has work or money, and nothing comes of it: others are hired and funded as if it were not there. */
export function isIdleWeight(desk: JobDesk, agreement: AgreementState): boolean {
  const nowMs = desk.services.clock.now()
  const since = desk.links.get(agreement.id)?.unfundedSinceMs ?? null
  if (since !== null && nowMs - since > ACKNOWLEDGE_MS) return true
  // Only what has a core is late.
  return agreement.running.slice(0, agreement.cores).some((index) => isAttemptStalled(desk, agreement, index))
}

function isAttemptStalled(desk: JobDesk, agreement: AgreementState, index: number): boolean {
  const notes = desk.links.get(agreement.id)
  if (notes?.lending === 'frozen') return false
  const attempt = attemptOf(desk.state, { agreement: agreement.id, index })
  const { subtask } = attempt
  // What stood still begins anew.
  const startedAtMs = attempt.startedAtMs && Math.max(attempt.startedAtMs, notes?.thawedAtMs ?? 0)
  const { subtask: work, late } = subtaskOf(desk.state, subtask)
  const inputBytes = agreement.accepted > 0 ? 0 : (desk.state.inspection?.inputBytes ?? 0)
  const held = { units: work.units, startedAtMs, inputBytes, late }
  return isStalled(desk.services.clock.now(), held, msPerUnitOf(desk, agreement))
}

/** What stands still for longer is given to somebody else beside. */
const FROZEN_PATIENCE_MS = 10_000

export function isFrozen(desk: JobDesk, { agreement, state }: Attempt): boolean {
  const sinceMs = desk.links.get(agreement)?.frozenSinceMs ?? null
  return state === 'running' && sinceMs !== null && desk.services.clock.now() - sinceMs > FROZEN_PATIENCE_MS
}

/** It takes longer than was to be expected, and another provider may yet be first. */
export function isLate(desk: JobDesk, { agreement, index, subtask, startedAtMs, state }: Attempt): boolean {
  if (state !== 'running') return false
  const { units } = subtaskOf(desk.state, subtask).subtask
  const msPerUnit = msPerUnitOf(desk, agreementOf(desk.state, agreement))
  const fraction = desk.progress.get(attemptKey(agreement, index)) ?? 0
  return remainingMs(desk.services.clock.now(), { units, startedAtMs, fraction }, msPerUnit) > units * msPerUnit
}

/** Cores that a provider is believed to have. Once some hold the work up, nobody is believed more than one unproven. */
export function coresOf(desk: JobDesk, { cores, accepted }: AgreementState): number {
  const isSuspect = accepted === 0 && desk.state.lateCount > 0
  return isSuspect ? 1 : credibleCores(cores, accepted)
}

/**
 * Takes stalled work back where another provider has a core free for it. Those who had something accepted before keep
 * theirs: an estimate may be wrong, and then it is wrong for everybody.
 */
export function takeBackStalled(desk: JobDesk): void {
  const ready = readyAgreements(desk)
  for (const agreement of desk.state.agreements.values()) {
    if (agreement.accepted > 0) continue
    for (const index of agreement.running.filter((each) => isAttemptStalled(desk, agreement, each))) {
      if (!ready.some((other) => other.id !== agreement.id && other.running.length < other.cores)) return
      const attempt = attemptOf(desk.state, { agreement: agreement.id, index })
      noteFailure(desk, attempt, SUBTASK_LATE, 'It computes far longer than it should.')
    }
  }
}

/** What its terms let an agreement cost beside what it has cost and what is under way. */
export const capLeftWei = ({ id, terms, acceptedWei }: AgreementState, open: readonly Attempt[]): Wei =>
  open.reduce(
    (left, { agreement, priceWei }) => (agreement === id ? left - priceWei : left),
    terms.capWei - acceptedWei,
  )
