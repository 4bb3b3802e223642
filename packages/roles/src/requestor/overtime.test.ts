import { expect, it } from 'vitest'
import type { Attempt, JobState, SubtaskState } from './job-state.ts'
import { isOvertime } from './overtime.ts'

const attempt = (subtask: string, over: Partial<Attempt> = {}) =>
  ({ subtask, state: 'delivered', delivery: { atMs: 900 }, ...over }) as unknown as Attempt
const job = (open: Attempt[], { count = 2, acceptedCount = 1 } = {}) => {
  const subtasks = Array.from({ length: count }, (_, at) => [`n${at}`, {} as SubtaskState] as const)
  return { deadlineAtMs: 1_000, subtasks: new Map(subtasks), acceptedCount, open: new Set(open) } as JobState
}

it('lets what was delivered in time be checked after the deadline', () => {
  expect(isOvertime(job([attempt('n1')]), 1_001)).toBe(true)
  expect(isOvertime(job([], { acceptedCount: 2 }), 1_001)).toBe(true)
  const ready = { state: 'committed', readyAtMs: 1_000, delivery: null } as const
  expect(isOvertime(job([attempt('n1', ready)]), 1_001)).toBe(true)
  expect(isOvertime(job([attempt('n1', { ...ready, readyAtMs: 1_001 })]), 1_002)).toBe(false)
})

it('is not for what is still computed, came late, or came twice instead of two', () => {
  expect(isOvertime(job([attempt('n1', { state: 'running', delivery: null })]), 1_001)).toBe(false)
  expect(isOvertime(job([attempt('n1', { delivery: { atMs: 1_001 } as never })]), 1_002)).toBe(false)
  expect(isOvertime(job([attempt('n1'), attempt('n1')], { acceptedCount: 0 }), 1_001)).toBe(false)
  const twice = job([attempt('n1')])
  twice.subtasks.set('n1', { accepted: {} } as SubtaskState)
  expect(isOvertime(twice, 1_001)).toBe(false)
})

it('ends a while after the deadline, and does not begin before', () => {
  expect(isOvertime(job([attempt('n1')]), 1_000)).toBe(false)
  expect(isOvertime(job([attempt('n1')]), 1_000 + 5 * 60_000)).toBe(false)
})
