import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planSettlement } from './plan-settlement.ts'

const channel = (id: string, promisedWei: bigint, paidWei = 0n) => ({ id, promisedWei, paidWei })
const rich = { freeWei: 0n, walletWei: 100_000n, gasWei: 0n }

describe('planSettlement', () => {
  it('settles several payees at once, where one deposit is shared by them', () => {
    expect(planSettlement({ ...rich, channels: [channel('a', 10n), channel('b', 20n)] })).toEqual(['b', 'a'])
  })

  it('leaves a single payee to its voucher, unless the money is there already', () => {
    const channels = [channel('a', 10n)]
    expect(planSettlement({ ...rich, channels })).toEqual([])
    expect(planSettlement({ ...rich, freeWei: 10n, channels })).toEqual(['a'])
  })

  it('counts what is paid, and settles nothing twice', () => {
    expect(planSettlement({ ...rich, channels: [channel('a', 10n, 10n), channel('b', 5n, 9n)] })).toEqual([])
  })

  it('leaves what is not worth its gas', () => {
    const channels = [channel('a', 400n), channel('b', 400n)]
    // 112,000 gas.
    expect(planSettlement({ ...rich, channels, gasWei: 0n })).toHaveLength(2)
    expect(planSettlement({ ...rich, walletWei: 10n ** 12n, channels, gasWei: 1n })).toEqual([])
    const large = channels.map((each) => ({ ...each, promisedWei: 2_240_000n }))
    expect(planSettlement({ ...rich, walletWei: 10n ** 12n, channels: large, gasWei: 1n })).toHaveLength(2)
  })

  it('ties up a tenth of what is there at most', () => {
    const channels = [channel('a', 60n), channel('b', 30n), channel('c', 20n)]
    expect(planSettlement({ ...rich, walletWei: 1_000n, channels })).toEqual(['a', 'b'])
  })

  it('whatever is owed: pays only what is owed, within its part, and for less gas than redemptions', () => {
    const amount = fc.bigInt(0n, 1_000n)
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount)), amount, amount, (sums, freeWei, walletWei) => {
        const channels = sums.map(([promisedWei, paidWei], id) => ({ id, promisedWei, paidWei }))
        const chosen = planSettlement({ channels, freeWei, walletWei, gasWei: 0n })
        const due = chosen.map((id) => (channels[id]?.promisedWei ?? 0n) - (channels[id]?.paidWei ?? 0n))
        expect(due.every((each) => each > 0n)).toBe(true)
        expect(due.reduce((a, b) => a + b, 0n) * 10n).toBeLessThanOrEqual(freeWei + walletWei)
        expect(new Set(chosen).size).toBe(chosen.length)
      }),
    )
  })
})
