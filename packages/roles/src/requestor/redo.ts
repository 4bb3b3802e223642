import { GolemError, type Wei } from '@golem/protocol'
import type { JobEvent } from './job-events.ts'
import { type Attempt, attemptKey, type JobState } from './job-state.ts'

/** What a result cost may be more the next time: so much of it, in per cent, is added to the budget. */
const MORE_PERCENT = 150n

type Reopened = Extract<JobEvent, { type: 'reopened' }>

/**
 * What has a finished group computed again. What was paid for it stays paid; the budget grows by what it cost and half as
 * much again, so that the rest of the job keeps its money.
 *
 * @throws {GolemError} `GROUP_UNKNOWN`, `JOB_STATE` where it is not finished
 */
export function redoEvent(state: JobState, group: string, atMs: number): Reopened {
  const found = state.plan?.groups.find(({ id }) => id === group)
  const see = `See \`golem job ${state.request.id} --json\`.`
  if (!found) {
    const message = `Job ${state.request.id} has no group ${JSON.stringify(group.slice(0, 60))}.`
    throw new GolemError({ code: 'GROUP_UNKNOWN', message, remedy: see })
  }
  if (!state.merged.has(group)) {
    const message = `${found.label} is not finished, so that it cannot be done again.`
    throw new GolemError({ code: 'JOB_STATE', message, remedy: 'Wait until it is.' })
  }
  return {
    type: 'reopened',
    atMs,
    group,
    budgetWei: (state.budgetWei ?? 0n) + (costOf(state, group) * MORE_PERCENT) / 100n,
  }
}

const costOf = (state: JobState, group: string): Wei =>
  [...state.subtasks.values()].reduce(
    (sum, { subtask, accepted }) => sum + (subtask.group === group ? (accepted?.attempt.priceWei ?? 0n) : 0n),
    0n,
  )

/** What a job that has ended needs to do one of its groups again, and who keeps each. */
export function neededForRedo(state: JobState, group: string): { cid: string; owner: string }[] {
  const job = `job/${state.request.id}`
  const inputs = state.inspection === null ? [] : [{ cid: state.inspection.inputs, owner: job }]
  // What was put together in the end was made of every delivery, and is made anew.
  if (!state.plan?.finish) return inputs
  const outputs = [...state.subtasks.values()].flatMap(({ subtask, accepted }) => {
    const cid = accepted?.attempt.delivery?.outputs
    return subtask.group === group || !accepted || !cid ? [] : [{ cid, owner: `${job}/${keyOf(accepted.attempt)}` }]
  })
  return [...inputs, ...outputs]
}

const keyOf = ({ agreement, index }: Attempt) => attemptKey(agreement, index)
