import fc from 'fast-check'
import { expect, it } from 'vitest'
import { scoreFromOutside } from './score-from-outside.ts'

const PAY_WEI = 10n ** 15n
const done = (accepted: number, rejected: number) =>
  scoreFromOutside({ accepted, acceptedWei: BigInt(accepted) * PAY_WEI, rejectedWei: BigInt(rejected) * PAY_WEI })

it('begins in the middle, and comes near to 1 by good work', () => {
  expect(done(0, 0)).toBe(0.5)
  expect(done(8, 0)).toBe(0.75)
  expect(done(1_000, 0)).toBeGreaterThan(0.99)
})

it('falls with each rejection, and rises with each acceptance', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(100), (accepted, rejected) => {
      expect(done(accepted, rejected + 1)).toBeLessThan(done(accepted, rejected))
      expect(done(accepted + 1, rejected)).toBeGreaterThan(done(accepted, rejected))
    }),
  )
})
