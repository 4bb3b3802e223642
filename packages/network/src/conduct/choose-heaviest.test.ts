import { expect, it } from 'vitest'
import { chooseHeaviest } from './choose-heaviest.ts'

const limits = { each: 10, all: 20 }
const choose = (held: Record<string, number>) => chooseHeaviest(new Map(Object.entries(held)), limits)

it('leaves those in peace who are within the bounds', () => {
  expect(choose({})).toEqual([])
  expect(choose({ a: 10, b: 10 })).toEqual([])
})

it('chooses whoever alone has too much', () => {
  expect(choose({ a: 11, b: 3, c: 12 })).toEqual(['c', 'a'])
})

it('chooses the heaviest while all together have too much', () => {
  expect(choose({ a: 8, b: 7, c: 6 })).toEqual(['a'])
  expect(choose({ a: 10, b: 10, c: 9, d: 9 })).toEqual(['a', 'b'])
})
