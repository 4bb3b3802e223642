import { expect, it } from 'vitest'
import { type Claim, redemptionDue } from './redemption-due.ts'

const DAY = 86_400
const funding = { leaf: { baseWei: 0n, capWei: 1_000n }, seenS: 0, expiryS: 10 * DAY }
const claim: Claim<string> = {
  id: 'a',
  voucherWei: 50n,
  paidWei: 0n,
  triedWei: 0n,
  isFinished: false,
  fundings: [funding],
}
const due = (change: Partial<Claim<string>>, nowS = DAY) =>
  redemptionDue([{ ...claim, ...change }], nowS, { thresholdWei: 100n, beforeExpiryS: DAY }).length === 1

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
