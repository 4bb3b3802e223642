import { expect, it } from 'vitest'
import { expectedPrice } from './expected-price.ts'

const offer = (price: bigint, cores = 1) => ({ pricePerCoreHourWei: price, cores })

it('is the mean over the cores on offer', () => {
  expect(expectedPrice([])).toBe(0n)
  expect(expectedPrice([offer(100n), offer(200n)])).toBe(150n)
  expect(expectedPrice([offer(100n, 3), offer(200n)])).toBe(125n)
})

it('is not moved far by one offer of nothing, or of everything, for a thousand cores', () => {
  const fair = [offer(100n, 4), offer(110n, 4), offer(120n, 4)]
  expect(expectedPrice([offer(0n, 1_024), ...fair])).toBeGreaterThan(75n)
  expect(expectedPrice([offer(10n ** 30n, 1_024), ...fair])).toBeLessThan(250n)
})
