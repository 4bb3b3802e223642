import { expect, it } from 'vitest'
import { shortLabels, sumOf } from './demo-report.ts'

it('names frames by their ranges', () => {
  expect(shortLabels([])).toBe('')
  expect(shortLabels(['frame 7'])).toBe('frame 7')
  expect(shortLabels(['frame 10', 'frames 1-4, 9', 'frame 5'])).toBe('frames 1-5, 9-10')
})

it('counts the tiles of a frame', () => {
  expect(shortLabels(['frame 1, tile 1 of 4', 'frame 2, tile 2 of 4', 'frame 1, tile 4 of 4'])).toBe(
    'frame 1, 2 of 4 tiles\nframe 2, 1 of 4 tiles',
  )
  const many = Array.from({ length: 9 }, (_, frame) => `frame ${frame}, tile 1 of 2`)
  expect(shortLabels(many).split('\n')).toHaveLength(6)
  expect(shortLabels(many)).toMatch(/\nand 4 more$/)
})

it('adds up what accounts hold, column by column', () => {
  const one = { walletWei: 1n, freeWei: 2n, lockedWei: 3n }
  expect(sumOf([one, one])).toEqual({ walletWei: 2n, freeWei: 4n, lockedWei: 6n })
})
