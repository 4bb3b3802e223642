import { expect, it } from 'vitest'
import { createLoadMeter } from './load-meter.ts'

it('tells what others keep busy, and leaves out what is our own', () => {
  const meter = createLoadMeter()
  const at = (atMs: number, busyMs: number, ownMs: number) => meter.otherCores({ atMs, busyMs, ownMs })
  expect(at(0, 1_000, 500)).toBe(0)
  expect(at(1_000, 3_000, 2_000)).toBe(0.5)
  expect(at(2_000, 4_000, 3_000)).toBe(0.25)
})

it('forgets what was more than a few seconds ago', () => {
  const meter = createLoadMeter()
  let busyMs = 0
  const look = (second: number, cores: number): number => {
    busyMs += 500 * cores
    return meter.otherCores({ atMs: second * 1_000, busyMs, ownMs: 0 })
  }
  for (let second = 0; second < 10; second += 0.5) look(second, 2)
  expect(look(10, 0)).toBeGreaterThan(1.5)
  for (let second = 10.5; second < 14.5; second += 0.5) look(second, 0)
  expect(look(14.5, 0)).toBe(0)
})

it('is never negative where our own time is counted a moment later', () => {
  const meter = createLoadMeter()
  meter.otherCores({ atMs: 0, busyMs: 0, ownMs: 0 })
  expect(meter.otherCores({ atMs: 100, busyMs: 90, ownMs: 100 })).toBe(0)
})
