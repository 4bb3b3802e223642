import { expect, it } from 'vitest'
import { chooseVictims } from './choose-victims.ts'

const blocks = [
  { key: 'new', sizeBytes: 10, lastUsedMs: 3 },
  { key: 'old', sizeBytes: 10, lastUsedMs: 1 },
  { key: 'middle', sizeBytes: 10, lastUsedMs: 2 },
]
const choose = (freeBytes: number, atLeastBytes: number, kept: string[] = []) =>
  chooseVictims(blocks, { freeBytes, atLeastBytes, kept: (key) => kept.includes(key) }).map(({ key }) => key)

it('takes those unused for longest, and no more than needed', () => {
  expect(choose(11, 11)).toEqual(['old', 'middle'])
  expect(choose(10, 10)).toEqual(['old'])
  expect(choose(0, 0)).toEqual([])
})

it('passes over what is kept', () => {
  expect(choose(11, 11, ['old'])).toEqual(['middle', 'new'])
})

it('takes what there is where that does, and nothing where it does not', () => {
  expect(choose(100, 20, ['new'])).toEqual(['old', 'middle'])
  expect(choose(100, 21, ['new'])).toEqual([])
})
