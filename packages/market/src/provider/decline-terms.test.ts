import { asAddress, asBytes32, asCid, type Manifest, type OfferBody, type Terms } from '@golem/protocol'
import { expect, it } from 'vitest'
import { declineTerms, type TermsInput } from './decline-terms.ts'

const NOW = 1_700_000_000_000
const address = (digit: string) => asAddress(`0x${digit.repeat(40)}`)
const hash = (digit: string) => asBytes32(`0x${digit.repeat(64)}`)
const cid = asCid(`bafkrei${'a'.repeat(52)}`)
const settlement = { chainId: 31337, payments: address('1'), token: address('2') }
const offer: OfferBody = {
  id: hash('3'),
  demandId: hash('4'),
  provider: address('5'),
  payee: address('6'),
  contact: { peerId: 'provider', addresses: [] },
  manifest: cid,
  pricePerCoreHourWei: 100n,
  cores: 2,
  speed: 1,
  equivalenceClass: hash('7'),
  unpaidLimitWei: 300n,
  expiresAtMs: NOW + 1,
}
const manifest: Manifest = {
  format: 'golem-manifest/2',
  name: 'blender',
  version: '1',
  author: address('8'),
  royaltyBps: 100,
  runtime: { kind: 'oci', root: 'host-tools', tools: {} },
  command: ['blender'],
  code: cid,
  env: {},
  mode: 'serve',
  network: 'none',
  gpu: false,
  calibrate: null,
  limits: {
    memoryBytes: 1,
    pids: 1,
    cores: 1,
    wallMs: 1,
    diskBytes: 1,
    outputBytes: 1,
    outputFiles: 1,
    fileBytes: 1,
    logBytes: 1,
  },
}
const terms: Terms = {
  demandId: offer.demandId,
  offerId: offer.id,
  requestor: address('9'),
  provider: offer.provider,
  payee: offer.payee,
  author: manifest.author,
  royaltyBps: 100,
  manifest: cid,
  settlement,
  pricePerCoreHourWei: 100n,
  capWei: 1_000n,
  unpaidLimitWei: 300n,
  deadlineMs: NOW + 60_000,
}
const decline = (change: Partial<Terms>, input: Partial<TermsInput> = {}) =>
  declineTerms({
    terms: { ...terms, ...change },
    from: terms.requestor,
    offer: { body: offer, requestor: terms.requestor },
    manifest,
    settlement,
    nowMs: NOW,
    ...input,
  })?.code ?? null

it('signs what was offered, and a smaller unpaid limit', () => {
  expect(decline({})).toBeNull()
  expect(decline({ unpaidLimitWei: 1n })).toBeNull()
})

it.each<[string, Partial<Terms>]>([
  ['PEER_WRONG', { requestor: address('a') }],
  ['DEADLINE_PASSED', { deadlineMs: NOW }],
  ['DEADLINE_FAR', { deadlineMs: NOW + 31 * 86_400_000 }],
  ['TERMS_DIFFER', { demandId: hash('a') }],
  ['TERMS_DIFFER', { provider: address('a') }],
  ['TERMS_DIFFER', { payee: address('a') }],
  ['TERMS_DIFFER', { author: address('a') }],
  ['TERMS_DIFFER', { royaltyBps: 99 }],
  ['TERMS_DIFFER', { manifest: asCid(`bafkrei${'b'.repeat(52)}`) }],
  ['TERMS_DIFFER', { pricePerCoreHourWei: 99n }],
  ['TERMS_DIFFER', { unpaidLimitWei: 301n }],
  ['TERMS_DIFFER', { settlement: { ...settlement, chainId: 1 } }],
  ['TERMS_DIFFER', { settlement: { ...settlement, payments: address('a') } }],
  ['TERMS_DIFFER', { settlement: { ...settlement, token: address('a') } }],
])('declines with %s: %o', (code, change) => expect(decline(change)).toBe(code))

it('declines where the offer is not its own, was made to another, or has expired', () => {
  expect(decline({}, { offer: null })).toBe('OFFER_UNKNOWN')
  expect(decline({}, { manifest: null })).toBe('OFFER_UNKNOWN')
  expect(decline({}, { offer: { body: offer, requestor: address('a') } })).toBe('OFFER_UNKNOWN')
  expect(decline({}, { nowMs: NOW + 1 })).toBe('OFFER_EXPIRED')
})
