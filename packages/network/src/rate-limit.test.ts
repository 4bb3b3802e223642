import { expect, it } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

it('lets a burst through, then the steady rate, each key for itself', () => {
  let nowMs = 0
  const allow = createRateLimit({ perS: 2, burst: 3 }, { maxKeys: 10, now: () => nowMs })
  const tries = (key: string, count: number) => Array.from({ length: count }, () => allow(key)).filter(Boolean).length
  expect(tries('a', 10)).toBe(3)
  expect(tries('b', 1)).toBe(1)
  nowMs = 1_000
  expect(tries('a', 10)).toBe(2)
  nowMs = 100_000
  expect(tries('a', 10)).toBe(3)
})

it('remembers no more keys than it may', () => {
  const allow = createRateLimit({ perS: 0, burst: 1 }, { maxKeys: 2, now: () => 0 })
  expect([allow('a'), allow('a'), allow('b'), allow('a')]).toEqual([true, false, true, false])
  allow('c') // forgets b, the least recently used
  expect([allow('a'), allow('b')]).toEqual([false, true])
})
