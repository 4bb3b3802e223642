import { expect, it } from 'vitest'
import { priceBars } from './price-bars.ts'

const offers = (...glm: number[]) => glm.map((price) => ({ pricePerCoreHourWei: `${price}00000000000000000` }))

it('counts every offer once, the dearest too', () => {
  const bars = priceBars(offers(1, 1, 2, 6, 11))
  expect(bars.map(({ value }) => value)).toEqual([2, 1, 0, 0, 0, 1, 0, 0, 0, 1])
  expect(bars[0]?.name).toBe('0.1')
})

it('has one bar where all ask the same, and none without offers', () => {
  expect(priceBars(offers(3, 3))).toEqual([{ name: '0.3', value: 2 }])
  expect(priceBars([])).toEqual([])
})
