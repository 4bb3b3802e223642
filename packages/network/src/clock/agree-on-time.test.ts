import { expect, it } from 'vitest'
import { agreeOnTime } from './agree-on-time.ts'

const HOUR_MS = 60 * 60_000

it.each<[string, number[], number | null]>([
  ['nobody is asked', [], null],
  ['one peer differs, and either may be wrong', [HOUR_MS], null],
  ['two peers say that it is an hour behind', [HOUR_MS, HOUR_MS + 900], HOUR_MS],
  ['all say that it is an hour ahead', [-HOUR_MS, -HOUR_MS - 50, -HOUR_MS], -HOUR_MS],
  ['one peer of three is wrong', [20, HOUR_MS, -40], 0],
  ['nobody agrees with anybody', [HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS, -HOUR_MS], null],
  ['clocks are a little apart', [12_000, 14_000, 15_000], 0],
  ['half of the clocks are wrong', [HOUR_MS, HOUR_MS, 0], null],
])('when %s', (_, offsets, agreed) => {
  expect(agreeOnTime(offsets)).toBe(agreed)
})
