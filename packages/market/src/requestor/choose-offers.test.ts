import { asAddress, asBytes32, asCid, type OfferBody } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { chooseOffers } from './choose-offers.ts'

const id = (n: number) => asBytes32(`0x${n.toString(16).padStart(64, '0')}`)
const who = (n: number) => asAddress(`0x${n.toString(16).padStart(40, '0')}`)
const offer = (n: number, over: Partial<OfferBody> = {}): OfferBody => ({
  id: id(n),
  demandId: id(0),
  provider: who(n),
  payee: who(n),
  contact: { peerId: `p${n}`, addresses: [] },
  manifest: asCid('bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'),
  pricePerCoreHourWei: 10n,
  cores: 2,
  speed: 1,
  equivalenceClass: id(9),
  unpaidLimitWei: 1n,
  expiresAtMs: 1_000,
  ...over,
})
const choose = (offers: OfferBody[], over: Partial<Parameters<typeof chooseOffers>[0]> = {}) =>
  chooseOffers({ offers, without: new Set(), coresWanted: 100, nowMs: 0, ...over }).map(({ provider }) => provider)

describe('chooseOffers', () => {
  it('takes the cheapest first, the faster of equals, and stops at the cores wanted', () => {
    const offers = [
      offer(1, { pricePerCoreHourWei: 20n }),
      offer(2),
      offer(3, { speed: 2 }),
      offer(4, { pricePerCoreHourWei: 30n }),
    ]
    expect(choose(offers, { coresWanted: 5 })).toEqual([who(3), who(2), who(1)])
  })

  it('takes who holds the inputs before who is faster, and nobody who is dearer', () => {
    const offers = [offer(1, { speed: 3 }), offer(2), offer(3, { pricePerCoreHourWei: 11n })]
    expect(choose(offers, { holders: new Set([who(2), who(3)]) })).toEqual([who(2), who(1), who(3)])
  })

  it('leaves out who is excluded and what has expired', () => {
    const offers = [offer(1), offer(2), offer(3, { expiresAtMs: 0 })]
    expect(choose(offers, { without: new Set([who(1)]) })).toEqual([who(2)])
  })

  it('hires others beside one that claims a thousand cores', () => {
    expect(choose([offer(1, { cores: 1_024 }), offer(2), offer(3)], { coresWanted: 10 })).toEqual([who(1), who(2)])
    expect(choose([offer(1), offer(2), offer(3)], { atMost: 2 })).toEqual([who(1), who(2)])
  })

  it('counts what checks cost, so that who is checked more has to ask less', () => {
    const offers = [offer(1, { pricePerCoreHourWei: 1_000n }), offer(2, { pricePerCoreHourWei: 1_100n })]
    expect(choose(offers)).toEqual([who(1), who(2)])
    const checkRates = new Map([
      [who(1), 0.9],
      [who(2), 0.02],
    ])
    expect(choose(offers, { checkRates })).toEqual([who(2), who(1)])
  })

  it('takes one offer of a provider, its newest', () => {
    const [chosen] = chooseOffers({
      offers: [offer(1, { pricePerCoreHourWei: 5n }), offer(1, { pricePerCoreHourWei: 50n })],
      without: new Set(),
      coresWanted: 9,
      nowMs: 0,
    })
    expect(chosen?.pricePerCoreHourWei).toBe(50n)
  })
})
