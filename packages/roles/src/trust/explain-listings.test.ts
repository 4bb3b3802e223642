import { APPEAL_WINDOW_S } from '@golem/market'
import { asAddress } from '@golem/protocol'
import { expect, it } from 'vitest'
import { explainListings } from './explain-listings.ts'

const owner = asAddress(`0x${'0b'.repeat(20)}`)
const id = asAddress(`0x${'0a'.repeat(20)}`)
const atS = Date.UTC(2026, 0, 2, 12) / 1_000
const entry = {
  kind: 'provider',
  id,
  listedAtS: atS,
  expiresAtS: atS + 10 * 86_400,
  evidence: 'bafy1',
  appeal: null,
} as const
const explain = (over = {}, of = {}) =>
  explainListings('provider', {
    ...{ listings: [{ owner, entry: { ...entry, ...of } }], mode: 'auto', isAllowed: false },
    ...{ nowS: atS + 60, appealWindowS: APPEAL_WINDOW_S, ...over },
  })

it('says who lists it, by what evidence, from when to when, and what it answered', () => {
  const stands = `As a provider it stands on the list of ${owner} (evidence: bafy1) since 2026-01-02, until 2026-01-12.`
  expect(explain()[0]).toBe(stands)
  expect(explain({}, { appeal: 'bafy2' })).toContain('It has answered: bafy2.')
  expect(explain({ nowS: entry.expiresAtS })).toEqual([])
})

it('says what that does here, and from when on', () => {
  const last = (over = {}) => explain(over).at(-1)
  expect(last()).toBe('It can answer until 2026-01-03 12:00 UTC: that does nothing before.')
  expect(last({ nowS: atS + APPEAL_WINDOW_S })).toBe('It gets no new work because of that.')
  expect(last({ mode: 'warn' })).toBe('Lists are only told of here.')
  expect(last({ mode: 'off' })).toBe('Lists do nothing here.')
  expect(last({ isAllowed: true })).toBe('It is on the allow list of this node, which wins over that.')
})
