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
  isStalled: false,
  ...over,
})
const plan = (
  workers: ReturnType<typeof worker>[],
  units: number,
  largest: number,
  budgetLeftWei = 10n ** 30n,
  availableWei = 10n ** 30n,
) =>
  planFunding({
    workers,
    remainingWei: (price) => priceOf(units, price),
    largestWei: (price) => priceOf(largest, price),
    budgetLeftWei,
    availableWei,
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

  it('gives a subtask each as far as the money goes, to those who come first', () => {
    const many = Array.from({ length: 100 }, (_, i) => worker(`w${i}`))
    const locked = plan(many, 100, 10, 100n)
    expect(locked).toHaveLength(20)
    expect(locked[0]).toEqual({ agreement: 'w0', addWei: 10n })
    expect(plan(many, 100, 10, 100n, 25n).reduce((sum, { addWei }) => sum + addWei, 0n)).toBeLessThanOrEqual(25n)
  })

  it('locks no more beside what those who work hold, and as if there were none for those who do not', () => {
    const held = { provenLeftWei: 200n }
    expect(plan([worker('a', held), worker('b')], 100, 10, 100n)).toEqual([])
    expect(plan([worker('a', { ...held, isStalled: true }), worker('b')], 100, 10, 100n)).toMatchObject([
      { agreement: 'b' },
    ])
    expect(plan([worker('a', { isStalled: true })], 100, 10, 100n)).toEqual([])
  })

  it('locks what is left of the budget where that is less than the largest subtask', () => {
    expect(plan([worker('a'), worker('b')], 10, 10, 4n)).toEqual([
      { agreement: 'a', addWei: 4n },
      { agreement: 'b', addWei: 4n },
    ])
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
