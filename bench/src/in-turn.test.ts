import { expect, test } from 'vitest'
import { inTurn, median } from './in-turn.ts'

test('every contestant is measured in every round, and another one starts each', async () => {
  const order: string[] = []
  const contestant = (name: string, values: number[]) => async () => {
    order.push(name)
    return values.shift() ?? 0
  }
  const contestants = { ours: contestant('ours', [5, 1, 3]), peer: contestant('peer', [2, 9, 4]) }
  expect(await inTurn(contestants, { rounds: 3, note: () => {} })).toEqual({ ours: 3, peer: 4 })
  expect(order).toEqual(['ours', 'peer', 'peer', 'ours', 'ours', 'peer'])
})

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
])('the median of %o is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})
