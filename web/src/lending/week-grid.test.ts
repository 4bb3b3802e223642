import fc from 'fast-check'
import { expect, it } from 'vitest'
import { emptyWeek, hourOf, paintHour, readWeek, type WeekGrid, writeWeek } from './week-grid.ts'

const read = (text: string): WeekGrid => {
  const grid = readWeek(text)
  if (grid === null) throw new Error(`${text} is not understood`)
  return grid
}
const hoursOf = (grid: WeekGrid, day: number) => Array.from({ length: 24 }, (_, hour) => hourOf(grid, day, hour))

it('reads what people write', () => {
  const grid = read('mon-fri 19:00-07:30, sat-sun')
  expect(hoursOf(grid, 0).map((open) => open === 'all')).toEqual(Array.from({ length: 24 }, (_, hour) => hour >= 19))
  expect(hoursOf(grid, 1).slice(0, 9)).toEqual(['all', 'all', 'all', 'all', 'all', 'all', 'all', 'part', 'none'])
  expect(hoursOf(grid, 5).every((open) => open === 'all')).toBe(true)
  expect(hourOf(read('22:00-06:00'), 6, 23)).toBe('all')
  expect(read('sat-mon').map((row) => row[12 * 60])).toEqual([true, false, false, false, false, true, true])
})

it('leaves alone what it does not understand', () => {
  for (const text of ['', 'xyz', 'mon 9-17', 'every day']) expect(readWeek(text)).toBeNull()
})

it('writes nothing for a week without an hour, and little for a simple one', () => {
  expect(writeWeek(emptyWeek())).toBeNull()
  expect(writeWeek(emptyWeek(true))).toBe('mon-sun')
  expect(writeWeek(read('mon-fri 9:00-17:00'))).toBe('mon-fri 09:00-17:00')
})

it('keeps the minutes of every hour that is not painted', () => {
  const painted = paintHour(read('mon-fri 08:30-17:45'), 0, 20, true)
  expect(writeWeek(painted)).toBe('mon 08:30-17:45, mon 20:00-21:00, tue-fri 08:30-17:45')
  const closed = paintHour(paintHour(painted, 0, 8, false), 0, 17, true)
  expect(writeWeek(closed)).toBe('mon 09:00-18:00, mon 20:00-21:00, tue-fri 08:30-17:45')
})

it('reads back what it wrote', () => {
  const minute = fc.integer({ min: 0, max: 24 * 60 })
  const day = fc.array(fc.tuple(minute, minute), { maxLength: 4 })
  fc.assert(
    fc.property(fc.array(day, { minLength: 7, maxLength: 7 }), (days) => {
      const grid = emptyWeek().map((row, at) => {
        const open = [...row]
        for (const [from, to] of days[at] ?? []) open.fill(true, from, to)
        return open
      })
      const text = writeWeek(grid)
      expect(text === null ? emptyWeek() : readWeek(text)).toEqual(grid)
    }),
  )
})
