import fc from 'fast-check'
import { expect, it } from 'vitest'
import { refuseVoucher, type VoucherInput } from './refuse-voucher.ts'

const input: VoucherInput = { amountWei: 30n, storedWei: 20n, owedWei: 20n, acceptedWei: 10n, provenWei: 30n }
const refuse = (change: Partial<VoucherInput>) => refuseVoucher({ ...input, ...change })?.code ?? null

it('takes a voucher that says exactly what is owed, up to what is funded', () => expect(refuse({})).toBeNull())
it('refuses one unit too little', () => expect(refuse({ amountWei: 29n })).toBe('VOUCHER_TOO_SMALL'))
it('refuses what no funding covers', () => expect(refuse({ amountWei: 31n })).toBe('VOUCHER_UNCOVERED'))
it('takes the same acceptance again', () =>
  expect(refuse({ storedWei: 30n, owedWei: 30n, acceptedWei: 0n })).toBeNull())
it('takes a smaller voucher where the held one pays for both', () =>
  expect(refuse({ amountWei: 30n, storedWei: 35n, provenWei: 40n })).toBeNull())

it('honest acceptances of several agreements are taken in whatever order they arrive', () => {
  const prices = fc.array(fc.bigInt({ min: 0n, max: 100n }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(
      prices.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray([...list.keys()], { minLength: list.length })),
      ),
      ([list, order]) => {
        const cumulative = list.map((_, at) => list.slice(0, at + 1).reduce((sum, each) => sum + each, 0n))
        const provenWei = cumulative.at(-1) ?? 0n
        let storedWei = 0n
        let owedWei = 0n
        for (const at of order) {
          const [amountWei = 0n, acceptedWei = 0n] = [cumulative[at], list[at]]
          expect(refuseVoucher({ amountWei, storedWei, owedWei, acceptedWei, provenWei })).toBeNull()
          storedWei = storedWei > amountWei ? storedWei : amountWei
          owedWei += acceptedWei
        }
        expect(storedWei).toBe(provenWei)
      },
    ),
  )
})
