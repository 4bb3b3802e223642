import { expect, it } from 'vitest'
import { type Claim, collectionDue, redemptionDue } from './redemption-due.ts'

const DAY = 86_400
const funding = { leaf: { baseWei: 0n, capWei: 1_000n }, seenS: 0, expiryS: 10 * DAY }
const claim: Claim<string> = {
  id: 'a',
  voucherWei: 50n,
  paidWei: 0n,
  collectedWei: 0n,
  triedWei: 0n,
  isFinished: false,
  settledByS: 0,
  fundings: [funding],
}
const due = (change: Partial<Claim<string>>, nowS = DAY, gasWei = 0n) =>
  redemptionDue([{ ...claim, ...change }], nowS, { gasWei, thresholdWei: 100n, beforeExpiryS: DAY }).length === 1

it('waits while work goes on', () => expect(due({})).toBe(false))
it('comes with the end of the last agreement', () => expect(due({ isFinished: true })).toBe(true))
it('comes with the threshold, counted from what was paid', () => {
  expect(due({ voucherWei: 100n })).toBe(true)
  expect(due({ voucherWei: 199n, paidWei: 100n })).toBe(false)
})
it('comes a day before the lock expires, not earlier', () => {
  expect(due({}, 9 * DAY)).toBe(true)
  expect(due({}, 9 * DAY - 1)).toBe(false)
})
it('comes after half of a short lock', () => {
  const short = { ...funding, seenS: 1_000, expiryS: 1_600 }
  expect(due({ fundings: [short] }, 1_299)).toBe(false)
  expect(due({ fundings: [short] }, 1_300)).toBe(true)
})
it('does not hurry for a lock that this voucher does not need', () =>
  expect(due({ fundings: [{ ...funding, leaf: { baseWei: 60n, capWei: 10n } }], paidWei: 0n }, 9.5 * DAY)).toBe(false))
it('never comes twice for the same', () => {
  expect(due({ isFinished: true, paidWei: 50n })).toBe(false)
  expect(due({ isFinished: true, triedWei: 50n })).toBe(false)
  expect(due({ isFinished: true, triedWei: 49n })).toBe(true)
})

/** A redemption takes 65,000 gas. */
const worth = (times: bigint) => {
  const voucherWei = 65_000n * times
  return { voucherWei, fundings: [{ ...funding, leaf: { baseWei: 0n, capWei: voucherWei } }] }
}
it('waits until what is owed is many times the gas, more of them in mid-work', () => {
  expect(due({ ...worth(19n), isFinished: true }, DAY, 1n)).toBe(false)
  expect(due({ ...worth(20n), isFinished: true }, DAY, 1n)).toBe(true)
  expect(due(worth(99n), DAY, 1n)).toBe(false)
  expect(due(worth(100n), DAY, 1n)).toBe(true)
})
it('takes what is more than the gas before the lock expires, and leaves what is not', () => {
  expect(due(worth(2n), 9 * DAY, 1n)).toBe(true)
  expect(due({ ...worth(1n), isFinished: true }, 9 * DAY, 1n)).toBe(false)
})
it('leaves a requestor that settles by itself the time that it has, but for an expiry', () => {
  const settling = { isFinished: true, settledByS: 2 * DAY }
  expect(due(settling)).toBe(false)
  expect(due(settling, 2 * DAY)).toBe(true)
  expect(due({ ...settling, settledByS: 20 * DAY }, 9 * DAY)).toBe(true)
})
it('credits what was paid once that is worth its gas and no agreement is open', () => {
  const paid = { ...claim, paidWei: 900_000n, isFinished: true }
  expect(collectionDue([paid], 0n)).toEqual(['a'])
  expect(collectionDue([paid], 1n)).toEqual(['a'])
  expect(collectionDue([{ ...paid, paidWei: 899_999n }], 1n)).toEqual([])
  expect(collectionDue([{ ...paid, isFinished: false }], 0n)).toEqual([])
  expect(collectionDue([{ ...paid, collectedWei: 900_000n }], 0n)).toEqual([])
})
