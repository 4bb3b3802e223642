import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Cover, coveringFundings, provenAmount, prunedFundings } from './proven-amount.ts'

const cover = (baseWei: bigint, capWei: bigint, expiryS = 1_000): Cover => ({ leaf: { baseWei, capWei }, expiryS })
const proven = (paidWei: bigint, fundings: Cover[], nowS = 0) => provenAmount({ paidWei, fundings, nowS })

it('is what was paid where nothing is funded', () => expect(proven(7n, [])).toBe(7n))
it('joins fundings that meet, in whatever order they came', () =>
  expect(proven(0n, [cover(5n, 3n), cover(0n, 5n)])).toBe(8n))
it('stops at a gap: a round pays nothing above an unpaid base', () =>
  expect(proven(0n, [cover(0n, 5n), cover(6n, 3n)])).toBe(5n))
it('counts what overlaps once', () => expect(proven(0n, [cover(0n, 5n), cover(0n, 3n), cover(2n, 4n)])).toBe(6n))
it('leaves out what has expired', () => expect(proven(0n, [cover(0n, 5n, 10), cover(5n, 5n, 1_000)], 10)).toBe(0n))

/** The contract's rule, for a voucher of any amount. */
const redeemed = (paid: bigint, fundings: readonly Cover[]): bigint =>
  fundings.reduce((level, { leaf }) => {
    const to = leaf.baseWei + leaf.capWei
    return leaf.baseWei > level || to <= level ? level : to
  }, paid)

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield []
  for (const [at, first] of items.entries())
    for (const rest of permutations(items.filter((_, index) => index !== at))) yield [first, ...rest]
}

it('is the most that any order of redemption gives, and its own order gives it', () => {
  const amount = fc.bigInt({ min: 0n, max: 12n })
  fc.assert(
    fc.property(amount, fc.array(fc.tuple(amount, amount), { maxLength: 5 }), (paidWei, leaves) => {
      const fundings = leaves.map(([base, cap]) => cover(base, cap))
      const reached = [...permutations(fundings)].map((order) => redeemed(paidWei, order))
      const best = reached.sort((a, b) => Number(a - b)).at(-1)
      expect(proven(paidWei, fundings)).toBe(best)
      expect(redeemed(paidWei, coveringFundings({ paidWei, fundings, nowS: 0 }))).toBe(best)
    }),
  )
})

it('needs one funding where one covers what several do', () => {
  const fundings = [cover(0n, 5n), cover(0n, 10n), cover(0n, 15n)]
  expect(coveringFundings({ paidWei: 0n, fundings, nowS: 0 })).toEqual([cover(0n, 15n)])
  expect(coveringFundings({ paidWei: 0n, fundings: [cover(0n, 5n), cover(5n, 5n)], nowS: 0, untilWei: 5n })).toEqual([
    cover(0n, 5n),
  ])
})

it('forgets only what adds nothing, now or when others have expired', () => {
  const amount = fc.bigInt({ min: 0n, max: 12n })
  const second = fc.integer({ min: 1, max: 6 })
  const leaves = fc.array(fc.tuple(amount, amount, second), { maxLength: 6 })
  fc.assert(
    fc.property(amount, leaves, fc.integer({ min: 0, max: 6 }), (paidWei, list, laterS) => {
      const fundings = list.map(([base, cap, expiryS]) => cover(base, cap, expiryS))
      const pruned = prunedFundings({ paidWei, fundings, nowS: 0 })
      expect(provenAmount({ paidWei, fundings: pruned, nowS: laterS })).toBe(
        provenAmount({ paidWei, fundings, nowS: laterS }),
      )
    }),
  )
})
