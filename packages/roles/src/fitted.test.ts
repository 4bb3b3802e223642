import { expect, test } from 'vitest'
import { byteLength, fitted } from './fitted.ts'

test('lists hold as much as they may, in order', () => {
  const sizes = [4, 4, 4, 1, 1, 20, 1]
  expect(fitted(sizes, (size) => size, { count: 3, bytes: 10 })).toEqual([[4, 4], [4, 1, 1], [20], [1]])
  expect(fitted([], () => 1, { count: 3, bytes: 10 })).toEqual([])
})

test('bytes are counted, not letters', () => {
  expect(byteLength('ü☃')).toBe(5)
})
