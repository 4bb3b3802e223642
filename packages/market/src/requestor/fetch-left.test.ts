import { expect, it } from 'vitest'
import { fetchLeftMs } from './fetch-left.ts'

const inputs = { bytes: 125e6, isHeld: false, wantedSinceMs: null }

it('takes no time where the inputs are', () => {
  expect(fetchLeftMs(0, { ...inputs, isHeld: true })).toBe(0)
})

it('takes as long as a usual line needs, less what has passed since they were wanted', () => {
  expect(fetchLeftMs(1e12, inputs)).toBe(10_000)
  expect(fetchLeftMs(1e12, { ...inputs, wantedSinceMs: 1e12 - 4_000 })).toBe(6_000)
  expect(fetchLeftMs(1e12, { ...inputs, wantedSinceMs: 1e12 - 60_000 })).toBe(0)
})
