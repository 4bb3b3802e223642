import { asAddress } from '@golem/protocol'
import { expect, it } from 'vitest'
import { decideExclusion, type ExclusionInput } from './decide-exclusion.ts'
import { CAUGHT_MS } from './reputation.ts'

const [ada, cleo] = [asAddress(`0x${'ad'.repeat(20)}`), asAddress(`0x${'c1'.repeat(20)}`)]
const own = { standingWei: 0, score: 0.5, recentWei: 0, caughtAtMs: null }
const DAY_MS = 86_400_000
const now = 10 * DAY_MS
const listing = (listedAtS: number) => ({
  owner: ada,
  entry: { kind: 'provider', id: cleo, listedAtS, expiresAtS: 1e9, evidence: 'bafyevidence', appeal: null } as const,
})
const decide = (change: Partial<ExclusionInput>) => {
  const usual = {
    own,
    listings: [],
    isHired: false,
    isAllowed: false,
    isDenied: false,
    mode: 'auto',
    nowMs: now,
  } as const
  const { does, because } = decideExclusion({ ...usual, ...change })
  return [does, because]
}
const caught = { ...own, caughtAtMs: now - DAY_MS }

it('works with newcomers', () => {
  expect(decide({})).toEqual(['nothing', null])
})

it('acts on its own evidence at once, and lets it end', () => {
  expect(decide({ own: { ...own, caughtAtMs: now } })).toEqual(['exclude', 'caught'])
  expect(decide({ own: { ...own, caughtAtMs: now - CAUGHT_MS } })).toEqual(['nothing', null])
  expect(decide({ own: { ...own, score: 0.2 } })).toEqual(['exclude', 'unreliable'])
})

it('acts on what others list after a day, and on nobody who is hired', () => {
  expect(decide({ listings: [listing(9.5 * 86_400)] })).toEqual(['warn', 'listed'])
  expect(decide({ listings: [listing(8 * 86_400)] })).toEqual(['exclude', 'listed'])
  expect(decide({ listings: [listing(8 * 86_400)], isHired: true })).toEqual(['warn', 'listed'])
})

it('lets the own lists win, and does nothing by itself where it is switched off', () => {
  expect(decide({ own: caught, isAllowed: true })).toEqual(['warn', 'caught'])
  expect(decide({ isDenied: true, isAllowed: true, mode: 'off' })).toEqual(['exclude', 'denied'])
  expect(decide({ own: caught, listings: [listing(0)], mode: 'off' })).toEqual(['nothing', null])
  expect(decide({ own: caught, mode: 'warn' })).toEqual(['warn', 'caught'])
})
