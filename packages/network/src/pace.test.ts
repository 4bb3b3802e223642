import { expect, it } from 'vitest'
import { createPace } from './pace.ts'

it('lets a burst pass, then makes each key wait for itself as long as it was early', () => {
  let nowMs = 0
  const waitFor = createPace({ perS: 10, burst: 5 }, { maxKeys: 10, now: () => nowMs })
  expect([waitFor('a', 5), waitFor('a', 1), waitFor('a', 9), waitFor('b', 5)]).toEqual([0, 100, 1_000, 0])
  nowMs = 1_000
  expect(waitFor('a', 0)).toBe(0)
  expect(waitFor('a', 1)).toBe(100)
  nowMs = 1_000_000
  expect([waitFor('a', 5), waitFor('a', 1)]).toEqual([0, 100])
})

it('remembers no more keys than it may', () => {
  const waitFor = createPace({ perS: 1, burst: 1 }, { maxKeys: 2, now: () => 0 })
  expect([waitFor('a', 2), waitFor('b', 2), waitFor('c', 2), waitFor('a', 1)]).toEqual([1_000, 1_000, 1_000, 0])
})
