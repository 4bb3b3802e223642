import fc from 'fast-check'
import { expect, it } from 'vitest'
import { emptyWeek, readWeek, writeWeek } from './week-grid.ts'

it('reads what people write', () => {
  const read = readWeek('mon-fri 19:00-07:30, sat-sun')
  expect(read?.isWhole).toBe(false)
  expect(read?.grid[0]?.flatMap((isOpen, hour) => (isOpen ? [hour] : []))).toEqual([19, 20, 21, 22, 23])
  expect(read?.grid[1]?.slice(0, 9)).toEqual([true, true, true, true, true, true, true, true, false])
  expect(read?.grid[5]?.every(Boolean)).toBe(true)
  expect(readWeek('22:00-06:00')?.grid[6]?.[23]).toBe(true)
  expect(readWeek('sat-mon')?.grid.map((row) => row[12])).toEqual([true, false, false, false, false, true, true])
})

it('leaves alone what it does not understand', () => {
  for (const text of ['', 'xyz', 'mon 9-17', 'every day']) expect(readWeek(text)).toBeNull()
})

it('writes nothing for a week without an hour, and little for a simple one', () => {
  expect(writeWeek(emptyWeek())).toBeNull()
  expect(writeWeek(emptyWeek(true))).toBe('mon-sun')
  const office = emptyWeek().map((row, day) => (day < 5 ? row.map((_, hour) => hour >= 9 && hour < 17) : row))
  expect(writeWeek(office)).toBe('mon-fri 09:00-17:00')
})

it('reads back what it wrote', () => {
  const row = fc.array(fc.boolean(), { minLength: 24, maxLength: 24 })
  fc.assert(
    fc.property(fc.array(row, { minLength: 7, maxLength: 7 }), (grid) => {
      const text = writeWeek(grid)
      expect(text === null ? emptyWeek() : readWeek(text)?.grid).toEqual(grid)
    }),
  )
})
