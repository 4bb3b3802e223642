import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FrozenWork, handsBack } from './hands-back.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const work = (change: Partial<FrozenWork> = {}): FrozenWork => ({
  nowMs: 0,
  deadlineMs: 24 * HOUR_MS,
  frozenSinceMs: 0,
  thawsAtMs: null,
  expectedMs: 10 * MINUTE_MS,
  doneShare: 0.5,
  ...change,
})

describe('frozen work', () => {
  it('is kept while it may go on soon', () => {
    expect(handsBack(work())).toBe(false)
    expect(handsBack(work({ nowMs: 9 * MINUTE_MS }))).toBe(false)
    expect(handsBack(work({ thawsAtMs: 9 * MINUTE_MS }))).toBe(false)
  })

  it('is given back when it has stood still for longer than doing it anew takes, and a minute at least', () => {
    expect(handsBack(work({ nowMs: 10 * MINUTE_MS + 1 }))).toBe(true)
    expect(handsBack(work({ nowMs: 59_000, expectedMs: 1_000 }))).toBe(false)
    expect(handsBack(work({ nowMs: 61_000, expectedMs: 1_000 }))).toBe(true)
  })

  it('is given back at once when it is known to stand still for longer than that', () => {
    expect(handsBack(work({ thawsAtMs: HOUR_MS }))).toBe(true)
  })

  it('is given back while somebody else has the time to do it', () => {
    const deadlineMs = 30 * MINUTE_MS
    expect(handsBack(work({ deadlineMs, nowMs: 8 * MINUTE_MS }))).toBe(false)
    expect(handsBack(work({ deadlineMs, nowMs: 9 * MINUTE_MS + 1 }))).toBe(true)
  })

  it('is given back when what is left cannot be done in time once it goes on', () => {
    expect(handsBack(work({ deadlineMs: 25 * MINUTE_MS, thawsAtMs: 9 * MINUTE_MS, doneShare: 0 }))).toBe(true)
  })

  it('is never kept past the moment at which its deadline cannot be met', () => {
    const ms = fc.integer({ min: 0, max: 48 * HOUR_MS })
    fc.assert(
      fc.property(
        ms,
        ms,
        ms,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (nowMs, deadlineMs, expectedMs, doneShare) => {
          if (handsBack(work({ nowMs, deadlineMs, expectedMs, doneShare, frozenSinceMs: nowMs }))) return
          expect(nowMs + expectedMs * (1 - doneShare)).toBeLessThanOrEqual(deadlineMs)
        },
      ),
    )
  })
})
