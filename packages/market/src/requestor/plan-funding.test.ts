import { priceOf } from '@golem/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planFunding } from './plan-funding.ts'

const PRICE = 3_600_000_000n
const worker = (agreement: string, over = {}) => ({
  agreement,
  speed: 1,
  pricePerCoreHourWei: PRICE,
  provenLeftWei: 0n,
  ...over,
})
const plan = (workers: ReturnType<typeof worker>[], units: number, largest: number, budgetLeftWei = 10n ** 30n) =>
  planFunding({
    workers,
    remainingWei: (price) => priceOf(units, price),
    largestWei: (price) => priceOf(largest, price),
    budgetLeftWei,
  })

describe('planFunding', () => {
  it('locks for everybody a share of the work by speed, with a margin', () => {
    expect(plan([worker('a', { speed: 3 }), worker('b')], 1_000, 10)).toEqual([
      { agreement: 'a', addWei: 975n },
      { agreement: 'b', addWei: 325n },
    ])
  })

  it('locks nothing for those who hold enough for two subtasks', () => {
    expect(plan([worker('a', { provenLeftWei: 20n }), worker('b', { provenLeftWei: 19n })], 1_000, 10)).toMatchObject([
      { agreement: 'b' },
    ])
  })

  it('locks nothing when no work is left', () => {
    expect(plan([worker('a')], 0, 0)).toEqual([])
  })

  it('never locks more for one provider than the budget left', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10_000n),
        fc.integer({ min: 1, max: 5_000 }),
        fc.bigInt(0n, 50n),
        (budget, units, held) => {
          for (const { addWei } of plan([worker('a', { provenLeftWei: held })], units, units, budget)) {
            expect(addWei > 0n && held + addWei <= budget).toBe(true)
          }
        },
      ),
    )
  })
})
