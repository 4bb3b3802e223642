import { expect, it } from 'vitest'
import { barsOf, earnedSince } from './earnings-bars.ts'

const HOUR_MS = 3_600_000
const GLM = 10n ** 18n
const now = new Date(2026, 4, 10, 15, 30).getTime()
const hour = (back: number, glm: bigint) => ({
  fromMs: Math.floor(now / HOUR_MS) * HOUR_MS - back * HOUR_MS,
  earnedWei: (glm * GLM).toString(),
})
const hours = [hour(24 * 8, 1n), hour(24 * 6, 2n), hour(20, 4n), hour(1, 8n), hour(0, 16n)]

it('sums today and this week by the calendar', () => {
  expect(earnedSince(hours, 'day', now)).toBe(24n * GLM)
  expect(earnedSince(hours, 'week', now)).toBe(30n * GLM)
})

it('has a bar for every hour of a day and every day of a week or month, with nothing where nothing came', () => {
  const day = barsOf(hours, 'day', now, 'en')
  expect([day.length, day.at(-1)?.value, day.at(-2)?.value, day.at(-21)?.value, day.at(-3)?.value]).toEqual([
    24, 16, 8, 4, 0,
  ])
  expect(barsOf(hours, 'week', now, 'en').map(({ value }) => value)).toEqual([2, 0, 0, 0, 0, 4, 24])
  expect(barsOf(hours, 'month', now, 'en').reduce((sum, { value }) => sum + value, 0)).toBe(31)
})

it('has a bar for every month since the first, and for half a year at least', () => {
  const first = { fromMs: new Date(2025, 2, 31, 23).getTime(), earnedWei: (3n * GLM).toString() }
  const all = barsOf([first, ...hours], 'all', now, 'en')
  expect([all.length, all[0], all.at(-1)]).toEqual([15, { name: '3/25', value: 3 }, { name: '5/26', value: 31 }])
  expect(barsOf(hours, 'all', now, 'en').map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 31])
  expect(barsOf([], 'all', now, 'en')).toHaveLength(6)
})
