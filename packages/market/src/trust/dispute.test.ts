import { asAddress } from '@golem/protocol'
import { expect, it } from 'vitest'
import { type DisputeActInput, disputeAct } from './dispute-act.ts'
import { disputePhase } from './dispute-phase.ts'
import { judgeClaim } from './judge-claim.ts'

const terms = { drawS: 10, commitS: 20, revealS: 30, appealS: 40 }
const dispute = { round: 0, startedAtS: 1_000, drawnAtS: 1_005 as number | null, verdict: null as unknown }
const at = (nowS: number, over: Partial<typeof dispute> = {}) =>
  disputePhase({ dispute: { ...dispute, ...over }, terms, nowS }).phase

it('goes through its phases by the clock, as the contract does', () => {
  expect([1_000, 1_009, 1_010].map((s) => at(s, { drawnAtS: null }))).toEqual(['drawing', 'drawing', 'due'])
  expect([1_024, 1_025, 1_054, 1_055, 1_094, 1_095].map((s) => at(s))).toEqual([
    ...['committing', 'revealing', 'revealing', 'appealing', 'appealing', 'due'],
  ])
  expect(at(1_055, { round: 2 })).toBe('due')
  expect(at(1_000, { verdict: 'acquitted' })).toBe('finished')
})

const nothing: DisputeActInput = {
  phase: 'appealing',
  isParty: false,
  canDraw: false,
  seat: null,
  knowsVote: false,
  hasFee: false,
  owedWei: 0n,
}
const act = (over: Partial<DisputeActInput>) => disputeAct({ ...nothing, ...over })

it('has parties draw and finish, jurors commit, reveal and take their fee, and others do nothing', () => {
  expect(act({ phase: 'drawing', isParty: true })).toBe('nudge')
  expect(act({ phase: 'drawing', isParty: true, canDraw: true })).toBe('draw')
  expect(act({ phase: 'committing', seat: { hasCommitted: false, hasVoted: false } })).toBe('commit')
  expect(act({ phase: 'committing', seat: { hasCommitted: true, hasVoted: false } })).toBeNull()
  const committed = { hasCommitted: true, hasVoted: false }
  expect(act({ phase: 'revealing', seat: committed, knowsVote: true })).toBe('reveal')
  expect(act({ phase: 'revealing', seat: committed })).toBeNull()
  expect(act({ phase: 'due', isParty: true })).toBe('finish')
  expect(act({ phase: 'finished', hasFee: true })).toBe('take-fee')
  expect(act({ phase: 'finished', isParty: true, owedWei: 1n })).toBe('take-owed')
  for (const phase of ['drawing', 'committing', 'revealing', 'appealing', 'due', 'finished'] as const)
    expect(act({ phase, canDraw: true })).toBeNull()
})

const someone = (two: string) => asAddress(`0x${two.repeat(20)}`)
const [requestor, provider, auditor] = [someone('aa'), someone('bb'), someone('cc')]
const claim = {
  requestor,
  provider,
  judge: requestor,
  saidAccepted: false,
  isQuestionSigned: true,
  isDeterministic: true,
  namesClass: false,
  foundAccepted: true,
}

it('convicts whoever rejected good work, and whoever delivered bad work', () => {
  expect(judgeClaim({ ...claim, accused: requestor })).toBe('convict')
  expect(judgeClaim({ ...claim, accused: requestor, foundAccepted: false })).toBe('acquit')
  expect(judgeClaim({ ...claim, accused: provider, foundAccepted: false })).toBe('convict')
  expect(judgeClaim({ ...claim, accused: provider })).toBe('acquit')
  // Of what the provider did not sign that it was asked, its requestor tells as it likes.
  expect(judgeClaim({ ...claim, accused: provider, foundAccepted: false, isQuestionSigned: false })).toBe('acquit')
  // Where processors differ, what one of them finds convicts nobody who has another.
  expect(judgeClaim({ ...claim, accused: provider, foundAccepted: false, isDeterministic: false })).toBe('acquit')
})

it('convicts an auditor whose verdict does not hold, either way, and nobody who said nothing', () => {
  const audited = { ...claim, judge: auditor, accused: auditor }
  expect(judgeClaim(audited)).toBe('convict')
  expect(judgeClaim({ ...audited, saidAccepted: true, foundAccepted: false })).toBe('convict')
  expect(judgeClaim({ ...audited, saidAccepted: true })).toBe('acquit')
  expect(judgeClaim({ ...claim, judge: auditor, accused: requestor })).toBe('acquit')
  expect(judgeClaim({ ...claim, requestor: provider, accused: provider, foundAccepted: false })).toBe('acquit')
})

it('convicts nobody of a verdict that another processor may not share, but where it names a class', () => {
  const across = { ...claim, isDeterministic: false, isQuestionSigned: false }
  for (const judge of [requestor, auditor])
    for (const saidAccepted of [true, false]) {
      const said = { ...across, judge, accused: judge, saidAccepted, foundAccepted: !saidAccepted }
      expect(judgeClaim(said)).toBe('acquit')
      expect(judgeClaim({ ...said, namesClass: true })).toBe('convict')
    }
  expect(judgeClaim({ ...across, accused: provider, foundAccepted: false, namesClass: true })).toBe('acquit')
})
