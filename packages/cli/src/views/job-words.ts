import type { Job } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { glm } from './format-amounts.ts'
import { formatDuration } from './format-duration.ts'

/** What there is to say, in one line. */
export const joinWords = (parts: readonly string[], between = ', '): string =>
  parts.filter((part) => part !== '').join(between)

/** `frames 1/4, tiles 3/8`; subtasks are left out where each holds whole results, and all before the work is cut. */
export function doneWords({ words, groups, subtasks }: Job): string {
  if (groups.total === 0) return ''
  const noun = ([one, several]: [string, string], of: number) => (of === 1 ? one : several)
  const whole = `${noun(words.result, groups.total)} ${groups.done}/${groups.total}`
  if (subtasks.total <= groups.total) return whole
  return `${whole}, ${noun(words.subtask, subtasks.total)} ${subtasks.accepted}/${subtasks.total}`
}

/** `0.45 of 2 GLM`, or what was spent where nothing limits it yet. */
export const costWords = ({ spentWei, budgetWei }: Job): string =>
  budgetWei === null ? glm(spentWei) : `${glm(spentWei).replace(/ GLM$/, '')} of ${glm(budgetWei)}`

/** `45 s left`, or nothing where that is not known or the job has ended. */
export const etaWords = ({ etaMs, state }: Job): string =>
  etaMs === null || isEnded(state) ? '' : `${formatDuration(etaMs)} left`
