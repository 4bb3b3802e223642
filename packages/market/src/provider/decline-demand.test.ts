import { asAddress, asBytes32, asCid, type DemandBody, newPrivateKey, signDemand, signerFromKey } from '@golem/protocol'
import { expect, it } from 'vitest'
import { type DemandPolicy, declineDemand } from './decline-demand.ts'

const NOW = 1_700_000_000_000
const requestor = signerFromKey(newPrivateKey())
const manifest = asCid(`bafkrei${'a'.repeat(52)}`)
const settlement = {
  chainId: 31337,
  payments: asAddress(`0x${'11'.repeat(20)}`),
  token: asAddress(`0x${'22'.repeat(20)}`),
}
const body: DemandBody = {
  id: asBytes32(`0x${'33'.repeat(32)}`),
  requestor: requestor.address,
  contact: { peerId: 'requestor', addresses: [] },
  manifest,
  app: 'blender 3.4.1',
  settlement,
  maxPricePerCoreHourWei: 100n,
  issuedAtMs: NOW - 1_000,
  expiresAtMs: NOW + 60_000,
}
const policy: DemandPolicy = {
  settlement,
  manifests: new Set([manifest]),
  pricePerCoreHourWei: 100n,
  denied: new Set(),
  openAgreements: 0,
  maxAgreements: 2,
}
const decline = (change: Partial<DemandBody> = {}, changed: Partial<DemandPolicy> = {}, from = requestor.address) =>
  declineDemand({
    demand: signDemand(requestor, { ...body, ...change }),
    from,
    policy: { ...policy, ...changed },
    nowMs: NOW,
  })

it('answers a demand that fits, at its highest price', () => expect(decline()).toBeNull())

it.each<[string, Partial<DemandBody>, Partial<DemandPolicy>]>([
  ['has expired', { expiresAtMs: NOW }, {}],
  ['in the future', { issuedAtMs: NOW + 61_000 }, {}],
  ['lives too long', { expiresAtMs: NOW + 3_600_000 }, {}],
  ['not lent out', { manifest: asCid(`bafkrei${'b'.repeat(52)}`) }, {}],
  ['other contracts', { settlement: { ...settlement, chainId: 1 } }, {}],
  ['other contracts', { settlement: { ...settlement, payments: settlement.token } }, {}],
  ['other contracts', { settlement: { ...settlement, token: settlement.payments } }, {}],
  ['too little', { maxPricePerCoreHourWei: 99n }, {}],
  ['broke the rules', {}, { denied: new Set([requestor.address]) }],
  ['2 agreements are open', {}, { openAgreements: 2 }],
])('stays silent: %s', (reason, change, changed) => expect(decline(change, changed)).toContain(reason))

it('stays silent where the message came from another peer than its requestor', () =>
  expect(decline({}, {}, settlement.token)).toContain('came from'))

it('stays silent where somebody changed a field after it was signed', () => {
  const demand = signDemand(requestor, body)
  const changed = { ...demand, body: { ...body, maxPricePerCoreHourWei: 101n } }
  expect(declineDemand({ demand: changed, from: requestor.address, policy, nowMs: NOW })).toContain('signature')
})
