import { expect, it } from 'vitest'
import { createConduct, type Fault } from './conduct.ts'

const MINUTE_MS = 60_000

function watched() {
  let nowMs = 0
  const conduct = createConduct({ now: () => nowMs })
  return {
    ...conduct,
    wait(ms: number) {
      nowMs += ms
    },
    /** How often a peer does it until it is dropped. */
    untilDropped(fault: Fault, everyMs = 0): number {
      for (let count = 1; count <= 1_000; count++) {
        if (conduct.blame('peer', fault)) return count
        nowMs += everyMs
      }
      return Number.POSITIVE_INFINITY
    },
  }
}

it('bears a few faults, a lie less than haste, and then drops', () => {
  expect(watched().untilDropped('lie')).toBe(4)
  expect(watched().untilDropped('stall')).toBe(8)
  expect(watched().untilDropped('flood')).toBe(16)
})

it('slows down before it drops, and not at the first slip', () => {
  const { blame, slowMs } = watched()
  blame('peer', 'flood')
  expect(slowMs('peer')).toBe(0)
  for (let count = 0; count < 3; count++) blame('peer', 'flood')
  const early = slowMs('peer')
  for (let count = 0; count < 4; count++) blame('peer', 'flood')
  expect(early).toBeGreaterThan(0)
  expect(slowMs('peer')).toBeGreaterThan(early)
  expect(slowMs('another')).toBe(0)
})

it('forgives who seldom errs', () => {
  expect(watched().untilDropped('lie', 4 * MINUTE_MS)).toBe(Number.POSITIVE_INFINITY)
})

it('leaves a peer alone for a minute, and longer each time', () => {
  const { untilDropped, isBarred, wait } = watched()
  untilDropped('lie')
  expect(isBarred('peer')).toBe(true)
  wait(MINUTE_MS)
  expect(isBarred('peer')).toBe(false)
  untilDropped('lie')
  wait(2 * MINUTE_MS - 1)
  expect(isBarred('peer')).toBe(true)
  wait(1)
  expect(isBarred('peer')).toBe(false)
})

it('begins anew after a good day, and remembers only so many', () => {
  const { untilDropped, blame, isBarred, wait } = watched()
  untilDropped('lie')
  wait(25 * 60 * MINUTE_MS)
  untilDropped('lie')
  wait(MINUTE_MS)
  expect(isBarred('peer')).toBe(false)
  untilDropped('lie')
  for (let count = 0; count < 4_096; count++) blame(`peer-${count}`, 'flood')
  expect(isBarred('peer')).toBe(false)
})
