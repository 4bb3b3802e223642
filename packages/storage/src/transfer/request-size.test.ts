import { expect, it } from 'vitest'
import { REQUEST_TARGET_MS, WANT_BLOCKS } from '../limits.ts'
import { requestSize } from './request-size.ts'

const grown = (msPerBlock: number): number => {
  let count = requestSize(null)
  for (let i = 0; i < 20; i++) count = requestSize({ count, elapsedMs: count * msPerBlock })
  return count
}

it('grows to what a fast source brings in the time of a request, and no further than a message holds', () => {
  expect(grown(0.1)).toBe(WANT_BLOCKS)
  expect(grown(REQUEST_TARGET_MS / 20)).toBe(20)
})

it('falls to one block for a source that takes longer for it', () => {
  expect(grown(REQUEST_TARGET_MS * 10)).toBe(1)
  expect(requestSize({ count: 64, elapsedMs: REQUEST_TARGET_MS * 8 })).toBe(8)
})

it('at most doubles, because one quick answer may be luck', () => {
  expect(requestSize({ count: 4, elapsedMs: 0 })).toBe(8)
})
