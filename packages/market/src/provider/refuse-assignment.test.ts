import { asCid, priceOf } from '@golem/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AssignmentInput, refuseAssignment } from './refuse-assignment.ts'
import { refuseVoucher } from './refuse-voucher.ts'

const HOUR = 3_600_000_000
const terms = { pricePerCoreHourWei: 100n, capWei: 1_000n, unpaidLimitWei: 300n, deadlineMs: 2_000 }
const assignment = {
  index: 0,
  inputs: asCid(`bafkrei${'a'.repeat(52)}`),
  request: { method: 'render', params: {} },
  units: HOUR,
  priceWei: 100n,
}
const agreement = { acceptedWei: 0n, outstandingWei: 0n, queued: 0, outstanding: 0, total: 0, isUsed: false }
const pair = { outstandingWei: 0n }
const channel = { owedWei: 0n, outstandingWei: 0n, provenWei: 1_000n }
const limits = { maxQueued: 4, maxOutstanding: 6, maxTotal: 10 }
const refuse = (change: {
  agreement?: Partial<AssignmentInput['agreement']>
  pair?: Partial<AssignmentInput['pair']>
  channel?: Partial<AssignmentInput['channel']>
  priceWei?: bigint
  nowMs?: number
}) =>
  refuseAssignment({
    assignment: { ...assignment, priceWei: change.priceWei ?? 100n },
    terms,
    nowMs: change.nowMs ?? 1_000,
    agreement: { ...agreement, ...change.agreement },
    pair: { ...pair, ...change.pair },
    channel: { ...channel, ...change.channel },
    limits,
  })?.code ?? null

it('takes a subtask up to exactly each bound', () => {
  expect(refuse({})).toBeNull()
  expect(refuse({ agreement: { acceptedWei: 900n } })).toBeNull()
  expect(refuse({ pair: { outstandingWei: 200n } })).toBeNull()
  expect(refuse({ channel: { owedWei: 500n, outstandingWei: 400n } })).toBeNull()
  expect(refuse({ agreement: { queued: 3, outstanding: 5, total: 9 } })).toBeNull()
})

it.each<[string, Parameters<typeof refuse>[0]]>([
  ['DEADLINE_PASSED', { nowMs: 2_000 }],
  ['INDEX_USED', { agreement: { isUsed: true } }],
  ['PRICE_WRONG', { priceWei: 99n }],
  ['PRICE_WRONG', { priceWei: 101n }],
  ['QUEUE_FULL', { agreement: { queued: 4 } }],
  ['OUTSTANDING_FULL', { agreement: { outstanding: 6 } }],
  ['AGREEMENT_FULL', { agreement: { total: 10 } }],
  ['CAP_REACHED', { agreement: { acceptedWei: 801n, outstandingWei: 100n } }],
  ['UNPAID_LIMIT', { pair: { outstandingWei: 201n } }],
  ['FUNDING_SHORT', { channel: { owedWei: 500n, outstandingWei: 401n } }],
  ['FUNDING_SHORT', { channel: { provenWei: 99n } }],
])('refuses with %s', (code, change) => expect(refuse(change)).toBe(code))

it('refuses work that counts for nothing', () => {
  const free = { ...assignment, units: 0, priceWei: 0n }
  expect(refuseAssignment({ assignment: free, terms, nowMs: 0, agreement, pair, channel, limits })?.code).toBe(
    'PRICE_WRONG',
  )
})

it('takes one subtask above the unpaid limit where nothing is outstanding', () => {
  const large = { ...assignment, units: 5 * HOUR, priceWei: 500n }
  const input = { terms, nowMs: 0, agreement, channel, limits }
  expect(refuseAssignment({ ...input, assignment: large, pair })).toBeNull()
  expect(refuseAssignment({ ...input, assignment: large, pair: { outstandingWei: 1n } })?.code).toBe('UNPAID_LIMIT')
})

type Act = { agreement: 0 | 1; units: number; what: 'assign' | 'accept' | 'drop' }

it('whatever is asked, promises stay within cap, proof and unpaid limit, and every acceptance can be paid', () => {
  const act: fc.Arbitrary<Act> = fc.record({
    agreement: fc.constantFrom(0 as const, 1 as const),
    units: fc.integer({ min: 1, max: 4 * HOUR }),
    what: fc.constantFrom('assign' as const, 'accept' as const, 'drop' as const),
  })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), fc.bigInt({ min: 0n, max: 1_500n }), (acts, provenWei) => {
      const open: bigint[][] = [[], []]
      const accepted = [0n, 0n]
      const sum = (list: readonly bigint[]) => list.reduce((total, each) => total + each, 0n)
      let voucherWei = 0n
      for (const { agreement: which, units, what } of acts) {
        const mine = open[which] ?? []
        const owedWei = sum(accepted)
        if (what === 'drop') mine.pop()
        else if (what === 'accept') {
          const priceWei = mine.shift()
          if (priceWei === undefined) continue
          const amountWei = owedWei + priceWei
          expect(
            refuseVoucher({ amountWei, storedWei: voucherWei, owedWei, acceptedWei: priceWei, provenWei }),
          ).toBeNull()
          voucherWei = amountWei
          accepted[which] = (accepted[which] ?? 0n) + priceWei
        } else {
          const priceWei = priceOf(units, terms.pricePerCoreHourWei)
          const refusal = refuseAssignment({
            assignment: { ...assignment, units, priceWei },
            terms,
            nowMs: 0,
            agreement: { ...agreement, acceptedWei: accepted[which] ?? 0n, outstandingWei: sum(mine) },
            pair: { outstandingWei: sum(open.flat()) },
            channel: { owedWei, outstandingWei: sum(open.flat()), provenWei },
            limits,
          })
          if (refusal === null) mine.push(priceWei)
        }
        expect(sum(accepted) + sum(open.flat())).toBeLessThanOrEqual(provenWei)
        for (const [at, prices] of open.entries()) {
          expect((accepted[at] ?? 0n) + sum(prices)).toBeLessThanOrEqual(terms.capWei)
        }
        // Both are with one requestor: what it may leave unpaid is counted once.
        const paying = open.flat().filter((each) => each > 0n)
        if (paying.length > 1) expect(sum(paying)).toBeLessThanOrEqual(terms.unpaidLimitWei)
      }
    }),
  )
})
