import { expect, it } from 'vitest'
import type { JobEvent } from './job-events.ts'
import { attemptOf, foldJob, type JobState, openAttempts, subtaskOf, waitingSubtasks } from './job-state.ts'

const subtask = { id: 'n', group: 'g', label: 'n', units: 1, request: { method: 'square', params: {} } }
const begun = [
  { type: 'created', request: { budgetWei: 100n, deadlineMs: 1 } },
  { type: 'planned', plan: { subtasks: [subtask], groups: [{ id: 'g', label: 'g' }] }, check: { by: 'daemon' } },
  ...['a', 'b'].flatMap((agreement) => [
    { type: 'agreed', agreement, terms: { provider: agreement }, cores: 1 },
    { type: 'assigned', agreement, index: 0, subtask: 'n', priceWei: 10n },
  ]),
]
const of = (agreement: string, type: string, over: object = {}) => ({ type, agreement, index: 0, how: 'seen', ...over })
const fold = (...events: object[]): JobState => foldJob([...begun, ...events] as unknown as JobEvent[])
const isResult = (state: JobState, agreement: string) =>
  subtaskOf(state, 'n').accepted?.attempt === attemptOf(state, { agreement: agreement as never, index: 0 })
const waiting = (state: JobState) => [...waitingSubtasks(state)].map(({ subtask: { id } }) => id)

it('pays a second delivery beside the first, which stays the result', () => {
  const both = fold(of('a', 'delivered'), of('b', 'delivered'), of('a', 'accepted'), of('b', 'accepted'))
  expect([both.spentWei, both.acceptedCount, isResult(both, 'a')]).toEqual([20n, 1, true])
  expect(openAttempts(both)).toEqual([])
})

it('awaits again what was delivered when it was dropped, and hands its subtask to nobody meanwhile', () => {
  const dropped = [of('b', 'dropped', { code: 'CANCELLED' }), of('a', 'dropped', { code: 'SUBTASK_LATE' })]
  expect(waiting(fold(...dropped))).toEqual(['n'])
  const crossed = fold(...dropped, of('a', 'crossed'), of('a', 'delivered'))
  expect([waiting(crossed), openAttempts(crossed).length]).toEqual([[], 1])
  const accepted = fold(...dropped, of('a', 'crossed'), of('a', 'delivered'), of('a', 'accepted'))
  expect([accepted.acceptedCount, isResult(accepted, 'a')]).toEqual([1, true])
})

it('pays what is no result, and has its subtask done', () => {
  const unused = fold(
    of('b', 'dropped', { code: 'CANCELLED' }),
    of('a', 'delivered'),
    of('a', 'accepted', { unused: true }),
  )
  expect([unused.spentWei, unused.acceptedCount, waiting(unused)]).toEqual([10n, 0, ['n']])
})

it('gives the core of what is ready to the next, and delivers it when that is asked for', () => {
  const ready = fold(of('a', 'ready'))
  const states = openAttempts(ready).map(({ state }) => state)
  expect([states, ready.agreements.get('a' as never)?.running]).toEqual([['committed', 'running'], []])
  expect(isResult(fold(of('a', 'ready'), of('a', 'delivered'), of('a', 'accepted')), 'a')).toBe(true)
})

it('has a provider that is back compute what it had, on one of its cores', () => {
  const lost = [of('b', 'dropped', { code: 'CANCELLED' }), of('a', 'dropped', { code: 'PROVIDER_LOST' })]
  expect(fold(...lost).agreements.get('a' as never)?.running).toEqual([])
  expect(fold(...lost, of('a', 'crossed')).agreements.get('a' as never)?.running).toEqual([0])
})
