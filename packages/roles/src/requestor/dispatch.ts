import { allocate, type Block, offeredMsPerUnit } from '@golem/market'
import { asCid, type Bytes32 } from '@golem/protocol'
import { channelOf } from './attempts.ts'
import type { JobDesk } from './job-desk.ts'
import { type AgreementState, attemptKey, openAttempts, subtaskOf } from './job-state.ts'

/** Hands out what can be handed out now, and says what keeps the rest back. */
export function dispatch(desk: JobDesk): Block {
  const { services, state } = desk
  const nowMs = services.clock.now()
  const open = openAttempts(state)
  const outstandingWei = open.reduce((sum, attempt) => sum + attempt.priceWei, 0n)
  const attempted = new Set(open.map((attempt) => attempt.subtask))
  const { assign, block } = allocate({
    nowMs,
    waiting: [...state.subtasks.values()]
      .filter((task) => !task.accepted && !attempted.has(task.subtask.id))
      .map(({ subtask, failedOn }) => ({ id: subtask.id, units: subtask.units, failedOn })),
    // What is delivered and waits for its check keeps no core busy.
    running: open
      .filter((attempt) => attempt.state === 'running')
      .map((attempt) => ({
        subtask: attempt.subtask,
        agreement: attempt.agreement,
        units: subtaskOf(state, attempt.subtask).subtask.units,
        startedAtMs: attempt.assignedAtMs,
        fraction: desk.progress.get(attemptKey(attempt.agreement, attempt.index)) ?? 0,
      })),
    workers: readyAgreements(desk).map((agreement) => ({
      agreement: agreement.id,
      cores: agreement.cores,
      msPerUnit: desk.links.get(agreement.id)?.msPerUnit ?? offeredMsPerUnit(agreement.speed),
      pricePerCoreHourWei: agreement.terms.pricePerCoreHourWei,
      outstandingWei: open
        .filter((attempt) => attempt.agreement === agreement.id)
        .reduce((sum, attempt) => sum + attempt.priceWei, 0n),
      unpaidLimitWei: agreement.terms.unpaidLimitWei,
      provenLeftWei: services.treasury.freeCredit(channelOf(agreement.terms)),
    })),
    budgetLeftWei: (state.budgetWei ?? 0n) - state.spentWei - outstandingWei,
  })
  for (const { subtask, agreement, priceWei, speculative } of assign) {
    handTo(desk, agreement as Bytes32, subtask, priceWei, speculative)
  }
  return block
}

/** Under agreement, connected, funded, and not set aside. */
export function readyAgreements(desk: JobDesk): AgreementState[] {
  const nowMs = desk.services.clock.now()
  return [...desk.state.agreements.values()].filter((agreement) => {
    const notes = desk.links.get(agreement.id)
    return (
      !agreement.excluded &&
      !agreement.closed &&
      notes?.state === 'open' &&
      notes.funded &&
      notes.pausedUntilMs <= nowMs
    )
  })
}

function handTo(desk: JobDesk, id: Bytes32, subtaskId: string, priceWei: bigint, speculative: boolean): void {
  const { services, state } = desk
  const agreement = state.agreements.get(id)
  const inputs = state.inspection ? asCid(state.inspection.inputs) : null
  if (!agreement || !inputs) return
  const { subtask } = subtaskOf(state, subtaskId)
  const index = agreement.nextIndex
  services.treasury.reserve(channelOf(agreement.terms), priceWei)
  const atMs = services.clock.now()
  desk.record([{ type: 'assigned', atMs, agreement: id, index, subtask: subtaskId, priceWei, speculative }])
  desk.links.get(id)?.link.send({
    type: 'assign',
    assignment: { index, inputs, request: subtask.request, units: subtask.units, priceWei },
  })
}
