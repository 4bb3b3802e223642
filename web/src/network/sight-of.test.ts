import { expect, it } from 'vitest'
import { sightOf } from './sight-of.ts'

const offer = (provider: string, cores: number, price: number) => ({
  ...{ provider: `0x${provider}`, cores, pricePerCoreHourWei: `${price}` },
})

it('counts each offer, and a machine with its cores once, however many applications it offers for', () => {
  const offers = [offer('a', 4, 10), offer('a', 4, 20), offer('b', 2, 40)]
  expect(sightOf(offers)).toEqual({ offers: 3, machines: 2, cores: 6, medianWei: 20n })
})

it('has no price without offers', () => {
  expect(sightOf([])).toEqual({ offers: 0, machines: 0, cores: 0, medianWei: null })
})
