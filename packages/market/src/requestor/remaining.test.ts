import { describe, expect, it } from 'vitest'
import { isStalled, remainingMs } from './remaining.ts'

const SECOND = 1_000_000
const MS_PER_UNIT = 1 / 1_000
const after = (elapsedMs: number, fraction = 0, units = SECOND) =>
  remainingMs(elapsedMs, { units, startedAtMs: 0, fraction }, MS_PER_UNIT)

describe('remainingMs', () => {
  it('is what is left of the expected time, or what the progress says', () => {
    expect(after(400)).toBe(600)
    expect(after(400, 0.8)).toBeCloseTo(100)
    expect(remainingMs(400, { units: SECOND, startedAtMs: null, fraction: 0 }, MS_PER_UNIT)).toBe(1_000)
  })

  it('grows with every second of what is late, whatever progress is reported', () => {
    expect(after(10_000)).toBe(9_000)
    expect(after(100_000)).toBe(99_000)
    expect(after(100_000, 0.99)).toBe(99_000)
  })

  it('doubts nobody for the time that a network takes', () => {
    expect(after(400, 0, 1_000)).toBeLessThan(1)
  })
})

describe('isStalled', () => {
  const held = { units: 10 * SECOND, startedAtMs: 0, inputBytes: 0, late: 0 }

  it('needs ten seconds and five times what was expected', () => {
    expect(isStalled(59_000, held, MS_PER_UNIT)).toBe(false)
    expect(isStalled(61_000, held, MS_PER_UNIT)).toBe(true)
    expect(isStalled(9_000, { ...held, units: 1 }, MS_PER_UNIT)).toBe(false)
    expect(isStalled(1e9, { ...held, startedAtMs: null }, MS_PER_UNIT)).toBe(false)
  })

  it('has patience with large inputs, and with work that was late before', () => {
    expect(isStalled(100_000, { ...held, inputBytes: 50e6 }, MS_PER_UNIT)).toBe(false)
    expect(isStalled(119_000, { ...held, late: 1 }, MS_PER_UNIT)).toBe(false)
    expect(isStalled(121_000, { ...held, late: 1 }, MS_PER_UNIT)).toBe(true)
  })
})
