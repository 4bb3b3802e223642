import { asAddress } from '@golem/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { judgeListings, LIST_MODES, type Listing, sayListings } from './judge-listings.ts'

const ada = asAddress(`0x${'ad'.repeat(20)}`)
const cleo = asAddress(`0x${'c1'.repeat(20)}`)
const listing = (expiresAtS: number): Listing => ({
  owner: ada,
  entry: { kind: 'provider', id: cleo, listedAtS: 0, expiresAtS, evidence: 'bafyevidence', appeal: null },
})
const judge = (change: Partial<Parameters<typeof judgeListings>[0]>) =>
  judgeListings({ listings: [listing(100)], mode: 'auto', isAllowed: false, nowS: 99, appealWindowS: 0, ...change })
    .does

it('excludes who is listed while lists are followed automatically', () => {
  expect(judge({})).toBe('exclude')
  expect(judge({ mode: 'warn' })).toBe('warn')
  expect(judge({ mode: 'off' })).toBe('nothing')
  expect(judge({ listings: [] })).toBe('nothing')
})

it('lets an entry count until the second of its expiry, and no longer', () => {
  expect(judge({ nowS: 100 })).toBe('nothing')
  expect(judge({ nowS: 100, listings: [listing(100), listing(101)] })).toBe('exclude')
})

it('lets the own allow list win, and still tells', () => {
  expect(judge({ isAllowed: true })).toBe('warn')
})

it('lets a new entry act when it could be answered for long enough, and tells of it before', () => {
  expect(judge({ appealWindowS: 100, nowS: 99 })).toBe('warn')
  expect(judge({ appealWindowS: 99, nowS: 99 })).toBe('exclude')
})

it('leaves alone whoever is hired already', () => {
  expect(judge({ isHired: true })).toBe('warn')
})

it('never excludes in another mode than auto, and never for nothing', () => {
  const arbitrary = fc.record({
    listings: fc.array(fc.integer({ min: 0, max: 10 }).map(listing)),
    mode: fc.constantFrom(...LIST_MODES),
    isAllowed: fc.boolean(),
    nowS: fc.integer({ min: 0, max: 10 }),
  })
  fc.assert(
    fc.property(arbitrary, (input) => {
      const { does, listings } = judgeListings(input)
      if (does === 'exclude') expect([input.mode, input.isAllowed]).toEqual(['auto', false])
      expect(listings.length > 0).toBe(does !== 'nothing')
      for (const { entry } of listings) expect(entry.expiresAtS).toBeGreaterThan(input.nowS)
    }),
  )
})

it('says who lists whom, and where the evidence is', () => {
  const four = [1, 2, 3, 4].map(listing)
  expect(sayListings('It', four)).toContain('bafyevidence')
  expect(sayListings('It', four)).toMatch(/^It is on the list of .* and 1 more\.$/)
})
