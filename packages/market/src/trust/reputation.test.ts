import { expect, it } from 'vitest'
import { CAUGHT_MS, reputationOf } from './reputation.ts'
import { NO_RECORD, noteFact, type TrackRecord } from './track-record.ts'

const PAY = 1e18
const at = { nowMs: 1_000, payWei: PAY }
const done = (count: number, kind: 'accepted' | 'vanished' = 'accepted'): TrackRecord => {
  let record = NO_RECORD
  for (let made = 0; made < count; made += 1)
    record = noteFact(record, { kind, valueWei: 10n ** 18n, atMs: 1_000, isProven: true })
  return record
}

it('knows nothing of a newcomer, where work is free too', () => {
  expect(reputationOf([], { ...at, payWei: 0 }).score).toBe(0.5)
  expect(reputationOf([], at)).toEqual({ standingWei: 0, score: 0.5, recentWei: 0, caughtAtMs: null })
})

it('approaches certainty with the value of what was proven', () => {
  expect(reputationOf([{ record: done(8), isOwn: true }], at).score).toBe(0.75)
  expect(reputationOf([{ record: done(1_000), isOwn: true }], at).score).toBeGreaterThan(0.99)
  expect(reputationOf([{ record: done(10, 'vanished'), isOwn: true }], at).score).toBeLessThan(1 / 3)
})

const own = { record: NO_RECORD, isOwn: true }
const heard = (...records: TrackRecord[]) => records.map((record) => ({ record, isOwn: false }))

it('believes by half what most of those it follows say', () => {
  expect(reputationOf([own, ...heard(done(10), done(20), done(30))], at).standingWei).toBe(10 * PAY)
})

it('lets a few of those it follows neither praise nor blame', () => {
  const usual = reputationOf([own, ...heard(done(10), done(10), done(10))], at)
  expect(reputationOf([own, ...heard(done(10), done(10), done(1e4))], at)).toEqual(usual)
  expect(reputationOf([own, ...heard(done(10), done(10), done(1e3, 'vanished'))], at).standingWei).toBe(5 * PAY)
  expect(reputationOf([own, ...heard(done(1e4), NO_RECORD)], at).standingWei).toBe(0)
})

it('remembers who was caught, whoever of those believed saw it', () => {
  const caught = noteFact(done(10), { kind: 'rejected', valueWei: 10n ** 18n, atMs: 900, isProven: true })
  const said = [
    { record: done(10), isOwn: true },
    { record: caught, isOwn: false },
  ]
  expect(reputationOf(said, at)).toMatchObject({ caughtAtMs: 900, standingWei: 0 })
  expect(reputationOf(said, { ...at, nowMs: 900 + CAUGHT_MS }).standingWei).toBeGreaterThan(0)
})
