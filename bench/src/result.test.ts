import { expect, test } from 'vitest'
import { alone, beside } from './result.ts'

const measured = { name: 'a', value: 9.123456, unit: 'frames/min', better: 'higher' } as const

test('a result has every field of the format, null where nothing stands', () => {
  expect(alone(measured, null)).toEqual({
    name: 'a',
    value: 9.123,
    unit: 'frames/min',
    better: 'higher',
    goal: null,
    peer: null,
    peerValue: null,
    ratio: null,
  })
})

test("a goal relative to the peer is given in the value's unit", () => {
  expect(beside(measured, { name: 'limit', value: 10 }, 0.9)).toMatchObject({ goal: 9, peerValue: 10, ratio: 0.9123 })
  expect(beside(measured, { name: 'limit', value: 10 }, null).goal).toBeNull()
})
