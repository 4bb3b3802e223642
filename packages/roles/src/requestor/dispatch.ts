import { allocate, type Block } from '@golem/market'
import { asCid, type Bytes32, channelId } from '@golem/protocol'
import { channelOf } from './channel-of.ts'
import { wrappedFor } from './content-key.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, attemptKey, openAttempts, subtaskOf } from './job-state.ts'
import { coresOf, isFrozen, msPerUnitOf, readyAgreements } from './pace.ts'

/** Hands out what can be handed out now, and says what keeps the rest back. */
export function dispatch(desk: JobDesk): Block {
  const { services, state } = desk
  const nowMs = services.clock.now()
  const open = openAttempts(state)
  const outstandingWei = open.reduce((sum, attempt) => sum + attempt.priceWei, 0n)
  const slow = open.filter((attempt) => isSlowToArrive(desk, attempt, nowMs) || isFrozen(desk, attempt))
  const attempted = new Set(open.filter((attempt) => !slow.includes(attempt)).map((attempt) => attempt.subtask))
  const workers = readyAgreements(desk)
  // What was given up as late goes to who has shown that he delivers: among the others the next one may be as late.
  const proven = new Set(workers.filter(({ accepted }) => accepted > 0).map(({ id }) => id))
  const unproven = proven.size === 0 ? [] : workers.map(({ id }) => id).filter((id) => !proven.has(id))
  const avoid = (id: string) => slow.filter(({ subtask }) => subtask === id).map(({ agreement }) => agreement)
  const { assign, block } = allocate({
    nowMs,
    waiting: [...state.subtasks.values()]
      .filter((task) => !task.accepted && !attempted.has(task.subtask.id))
      .map(({ subtask, failedOn, late }) => ({
        id: subtask.id,
        units: subtask.units,
        failedOn: [...failedOn, ...avoid(subtask.id), ...(late > 0 ? unproven : [])],
      })),
    // What is delivered and waits for its check keeps no core busy.
    running: open
      .filter((attempt) => attempt.state === 'running')
      .map((attempt) => ({
        subtask: attempt.subtask,
        agreement: attempt.agreement,
        units: subtaskOf(state, attempt.subtask).subtask.units,
        startedAtMs: attempt.startedAtMs,
        fraction: desk.progress.get(attemptKey(attempt.agreement, attempt.index)) ?? 0,
      })),
    workers: workers.map((agreement) => ({
      agreement: agreement.id,
      channel: channelId(channelOf(agreement.terms)),
      cores: coresOf(desk, agreement),
      msPerUnit: msPerUnitOf(desk, agreement),
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

/** Outputs that take longer to arrive are asked of another provider too. */
const SLOW_FETCH_MS = 15_000

const isSlowToArrive = (desk: JobDesk, { agreement, index, state }: Attempt, nowMs: number): boolean =>
  state === 'delivered' && nowMs - (desk.fetching.get(attemptKey(agreement, index)) ?? nowMs) > SLOW_FETCH_MS

function handTo(desk: JobDesk, id: Bytes32, subtaskId: string, priceWei: bigint, speculative: boolean): void {
  const { services, state } = desk
  const agreement = state.agreements.get(id)
  const inputs = state.inspection ? asCid(state.inspection.inputs) : null
  if (!agreement || !inputs) return
  const { subtask } = subtaskOf(state, subtaskId)
  const index = agreement.nextIndex
  const atMs = services.clock.now()
  desk.record([{ type: 'assigned', atMs, agreement: id, index, subtask: subtaskId, priceWei, speculative }])
  services.treasury.reserve(channelOf(agreement.terms), priceWei)
  desk.links.get(id)?.link.send({
    type: 'assign',
    assignment: { index, inputs, request: subtask.request, units: subtask.units, priceWei, ...wrappedFor(desk, id) },
  })
}
