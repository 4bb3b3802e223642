import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lossBeyondLuck, NOTHING_LOST } from './loss-beyond-luck.ts'

const times = (prices: readonly bigint[], newWei: bigint): bigint[] => {
  let lost = NOTHING_LOST
  return prices.map((wei) => {
    const next = lossBeyondLuck(lost, [wei], newWei)
    lost = next.lost
    return next.countedWei
  })
}

it('forgives the dearest one once, or what a new requestor may leave where that is more', () => {
  expect(times([100n, 100n, 100n], 40n)).toEqual([0n, 100n, 100n])
  expect(times([20n, 20n, 20n, 20n], 40n)).toEqual([0n, 0n, 20n, 20n])
  // A dearer one than all before is the one that is forgiven, and so those before are not any more.
  expect(times([100n, 300n, 100n], 40n)).toEqual([0n, 100n, 100n])
})

it('counts the same at once and one by one, and forgives no more than the dearest or the first limit', () => {
  const prices = fc.array(fc.bigInt(1n, 1_000n), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(prices, fc.bigInt(0n, 1_000n), (all, newWei) => {
      const sumOf = (list: readonly bigint[]) => list.reduce((sum, wei) => sum + wei, 0n)
      const dearest = all.reduce((most, wei) => (wei > most ? wei : most))
      const counted = sumOf(times(all, newWei))
      expect(counted).toBe(lossBeyondLuck(NOTHING_LOST, all, newWei).countedWei)
      expect(sumOf(all) - counted).toBeLessThanOrEqual(Number(dearest > newWei ? dearest : newWei))
    }),
  )
})
