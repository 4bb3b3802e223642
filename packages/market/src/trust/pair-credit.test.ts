import fc from 'fast-check'
import { expect, it } from 'vitest'
import { creditFor, handOutLimit, mostPaidBefore, type PairLimits, sayCredit } from './pair-credit.ts'
import type { Backing } from './who-moves-first.ts'

const limits: PairLimits = { usualWei: 10n, largestWei: 4n, mostWei: 1_000n }
const fresh: Backing = { standingWei: 0, stakeWei: 0, isCaught: false }
const known: Backing = { standingWei: 200, stakeWei: 0, isCaught: false }
const rich: Backing = { standingWei: 0, stakeWei: 100_000, isCaught: false }
const owing: Backing = { standingWei: 0, stakeWei: 0, isCaught: true }
const handOut = (
  requestor: Backing | null,
  provider: Backing,
  change: Partial<Parameters<typeof handOutLimit>[0]> = {},
) => handOutLimit({ said: requestor && sayCredit(requestor), provider, uncheckedWei: 0n, ...limits, ...change })

it('trusts a newcomer with what a usual subtask costs, or with the largest, and with half of what it has at stake', () => {
  expect(creditFor(sayCredit(fresh), limits)).toBe(10n)
  expect(creditFor(sayCredit(fresh), { ...limits, largestWei: 60n })).toBe(60n)
  expect(creditFor(sayCredit(known), limits)).toBe(110n)
  expect(creditFor(sayCredit(rich), limits)).toBe(1_000n)
  expect(creditFor(sayCredit(owing), limits)).toBe(0n)
})

it('never lets more stand open than the terms say', () => {
  const strict = { ...limits, mostWei: 3n }
  for (const seen of [fresh, known, rich]) {
    expect(creditFor(sayCredit(seen), strict)).toBe(3n)
    for (const other of [fresh, known, rich]) expect(handOut(seen, other, { mostWei: 3n }).unpaidWei).toBe(3n)
  }
})

it('has new and new exchange one usual subtask at a time, and pays a new provider after the check', () => {
  expect(handOut(fresh, fresh)).toEqual({ unpaidWei: 10n, creditWei: null })
  expect(handOut(known, fresh)).toEqual({ unpaidWei: 10n, creditWei: null })
})

it('has a new requestor pay a known provider before, up to what that is trusted with', () => {
  expect(handOut(fresh, known)).toEqual({ unpaidWei: 110n, creditWei: 0n })
  expect(handOut(owing, known)).toEqual({ unpaidWei: 110n, creditWei: 0n })
})

it('pays nobody before that it does not know, whatever that says of it', () => {
  expect(handOut(owing, fresh).creditWei).toBeNull()
  const seen = fc.record({ standingWei: fc.nat(79), stakeWei: fc.constant(0), isCaught: fc.boolean() })
  const said = fc.record({ trustedWei: fc.bigInt(0n, 10_000n), isOwing: fc.boolean() })
  fc.assert(
    fc.property(seen, said, fc.bigInt(0n, 2_000n), (provider, credit, uncheckedWei) => {
      expect(handOutLimit({ said: credit, provider, uncheckedWei, ...limits }).creditWei).toBeNull()
    }),
  )
})

it('lets both have as much open as the less trusted one is trusted with', () => {
  expect(handOut(known, rich)).toEqual({ unpaidWei: 110n, creditWei: null })
  expect(handOut(null, known)).toEqual({ unpaidWei: 110n, creditWei: null })
})

it('pays a known provider one more interval before where checks lag behind', () => {
  expect(handOut(known, rich, { uncheckedWei: 109n })).toEqual({ unpaidWei: 110n, creditWei: null })
  expect(handOut(known, rich, { uncheckedWei: 110n })).toEqual({ unpaidWei: 1_110n, creditWei: 110n })
  expect(handOut(known, fresh, { uncheckedWei: 110n })).toEqual({ unpaidWei: 10n, creditWei: null })
})

it('says what a provider could run away with, and is right whatever is said and however far checks lag behind', () => {
  expect(mostPaidBefore(fresh, limits)).toBe(0n)
  expect(mostPaidBefore(known, limits)).toBe(110n)
  const seen = fc.record({ standingWei: fc.nat(3_000), stakeWei: fc.nat(3_000), isCaught: fc.boolean() })
  const said = fc.record({ trustedWei: fc.bigInt(0n, 3_000n), isOwing: fc.boolean() })
  fc.assert(
    fc.property(seen, said, fc.bigInt(0n, 5_000n), (provider, credit, uncheckedWei) => {
      const { unpaidWei, creditWei } = handOutLimit({ said: credit, provider, uncheckedWei, ...limits })
      const paidBefore = creditWei === null ? 0n : unpaidWei - creditWei
      expect(paidBefore).toBeLessThanOrEqual(mostPaidBefore(provider, limits))
    }),
  )
})
