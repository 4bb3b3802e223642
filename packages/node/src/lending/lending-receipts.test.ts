import { memoryStore } from '@golem/ports/memory'
import { asAddress, asBytes32, asCid } from '@golem/protocol'
import { recordKeys } from '@golem/roles'
import { expect, it } from 'vitest'
import { lendingReceipts } from './lending-receipts.ts'

const settlement = {
  chainId: 31337,
  payments: asAddress(`0x${'11'.repeat(20)}`),
  token: asAddress(`0x${'33'.repeat(20)}`),
}
const requestor = asAddress(`0x${'22'.repeat(20)}`)
const manifest = asCid('bafkreidgvpkjawlxz6sffxzwgooowe5yt7i6wsyg236mfoks77nywkptdq')
const counts = { delivered: 4, accepted: 3, rejected: 1 }

it('says of each agreement who paid, for what, when and how much: of what ended, and of what goes on', () => {
  const store = memoryStore()
  const keys = recordKeys(settlement)
  const [old, young] = [asBytes32(`0x${'aa'.repeat(32)}`), asBytes32(`0x${'bb'.repeat(32)}`)]
  const ended = { requestor, app: 'Blender 4.3', earnedWei: '7', ...counts, openedAtMs: 1_000, endedAtMs: 2_000 }
  const open = { terms: { requestor, manifest }, acceptedWei: '5', ...counts, openedAtMs: 3_000, drawn: 0 }
  store.commit([
    { put: keys.earned(old), value: JSON.stringify(ended) },
    { put: keys.agreement(young), value: JSON.stringify(open) },
    // Of another chain.
    { put: recordKeys({ ...settlement, chainId: 1 }).earned(young), value: JSON.stringify(ended) },
  ])
  const of = { requestor, accepted: 3, rejected: 1 }
  expect(lendingReceipts({ store, settlement }, () => 'map 1')).toEqual([
    { ...of, agreementId: young, app: 'map 1', earnedWei: '5', openedAtMs: 3_000, endedAtMs: null },
    { ...of, agreementId: old, app: 'Blender 4.3', earnedWei: '7', openedAtMs: 1_000, endedAtMs: 2_000 },
  ])
})
