import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CHECK_POLICY, checkRate } from './check-rate.ts'

const input = fc.record({
  payWei: fc.double({ min: 1, max: 1e24, noNaN: true }),
  lossWei: fc.double({ min: 0, max: 1e26, noNaN: true }),
  detection: fc.double({ min: 0.01, max: 1, noNaN: true }),
})

it('checks a fresh key nearly always, and one with 32 pays to lose at most 3 times in a hundred', () => {
  expect(checkRate({ payWei: 1, lossWei: 0, detection: 1 })).toBeCloseTo(0.9375)
  expect(checkRate({ payWei: 1, lossWei: 32, detection: 1 })).toBeLessThanOrEqual(0.03)
})

it('checks everything where a check shows half, or nothing', () => {
  expect(checkRate({ payWei: 1, lossWei: 0, detection: 0.5 })).toBe(1)
  expect(checkRate({ payWei: 1, lossWei: 1e9, detection: 0 })).toBe(1)
})

it('is never zero', () => {
  fc.assert(
    fc.property(input, (one) => {
      expect(checkRate(one)).toBeGreaterThanOrEqual(CHECK_POLICY.floor)
    }),
  )
})

it('makes cheating worse than honest work, for whoever spends what the policy assumes', () => {
  fc.assert(
    fc.property(input, (one) => {
      const q = checkRate(one)
      const { payWei, lossWei, detection } = one
      const cheats = (1 - q * detection) * payWei - q * detection * lossWei
      const works = payWei * (1 - CHECK_POLICY.costShare)
      // Where even checking everything is too little, no rate helps: other checks have to.
      if (q < 1) expect(cheats).toBeLessThan(works)
    }),
  )
})
