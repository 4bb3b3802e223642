import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FACT_KINDS, type Fact } from './fact.ts'
import { faded, HALF_LIFE_MS, NO_RECORD, noteFact, type TrackRecord } from './track-record.ts'

const GLM = 10n ** 18n
const fact = (change: Partial<Fact> = {}): Pick<Fact, 'kind' | 'valueWei' | 'atMs' | 'isProven' | 'isExact'> => ({
  kind: 'accepted',
  valueWei: GLM,
  atMs: 1_000,
  isProven: true,
  ...change,
})
const noted = (...facts: ReturnType<typeof fact>[]): TrackRecord => facts.reduce(noteFact, NO_RECORD)
const facts = fc.array(
  fc.record({
    kind: fc.constantFrom(...FACT_KINDS),
    valueWei: fc.bigInt({ min: 0n, max: 1_000n * GLM }),
    atMs: fc.integer({ min: 0, max: 4 * HALF_LIFE_MS }),
    isProven: fc.boolean(),
  }),
  { maxLength: 20 },
)

it('weighs a thousand tiny jobs as their sum', () => {
  const tiny = noted(...Array.from({ length: 1_000 }, () => fact({ valueWei: GLM / 1_000n })))
  expect(tiny.goodWei).toBeCloseTo(noted(fact()).goodWei, -6)
})

it('raises no record by what was taken unseen', () => {
  const unseen = noted(fact({ isProven: false }))
  expect(unseen.goodWei).toBe(0)
  expect(unseen.recentWei).toBe(1e18)
})

it('counts a fact half after its half-life, in whatever order facts come', () => {
  expect(faded(noted(fact({ atMs: 0 })), HALF_LIFE_MS).goodWei).toBe(0.5e18)
  const old = fact({ atMs: 0 })
  const recent = fact({ atMs: HALF_LIFE_MS })
  expect(noted(recent, old).goodWei).toBeCloseTo(noted(old, recent).goodWei, -6)
})

it('takes everything from whoever is caught by proof, and little for a mismatch alone', () => {
  const good = Array.from({ length: 100 }, () => fact())
  const caught = noted(...good, fact({ kind: 'rejected', atMs: 2_000 }))
  expect(caught).toMatchObject({ goodWei: 0, caughtAtMs: 2_000 })
  const doubted = noted(...good, fact({ kind: 'rejected', atMs: 2_000, isProven: false }))
  expect(doubted.caughtAtMs).toBeNull()
  expect(doubted.goodWei - doubted.badWei).toBeGreaterThan(95e18)
})

it('takes everything from whoever was found wrong by an exact check, without its being caught, and counts what is good later', () => {
  const good = Array.from({ length: 100 }, () => fact())
  const wrong = fact({ kind: 'rejected', atMs: 2_000, isProven: false, isExact: true })
  const found = noted(...good, wrong)
  expect(found).toMatchObject({ goodWei: 0, badWei: 4e18, caughtAtMs: null })
  expect(noted(...good, wrong, fact({ atMs: 3_000 })).goodWei).toBe(1e18)
})

it('never raises a record by a bad fact, nor keeps a sum that is no number', () => {
  fc.assert(
    fc.property(facts, (list) => {
      let record = NO_RECORD
      for (const one of list) {
        const before = faded(record, one.atMs)
        record = noteFact(record, one)
        if (one.kind !== 'accepted') expect(record.goodWei).toBeLessThanOrEqual(before.goodWei)
        for (const sum of [record.goodWei, record.badWei, record.recentWei]) {
          expect(Number.isFinite(sum)).toBe(true)
          expect(sum).toBeGreaterThanOrEqual(0)
        }
      }
    }),
  )
})
