import { asAddress, asBytes32, asCid, type Offer } from '@golem/protocol'
import { expect, it } from 'vitest'
import { createOffersApi } from './offers-api.ts'

const provider = asAddress(`0x${'11'.repeat(20)}`)
const blender = asCid('bafkreidgvpkjawlxz6sffxzwgooowe5yt7i6wsyg236mfoks77nywkptdq')
const map = asCid('bafkreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')
const offerOf = (manifest: typeof map, pricePerCoreHourWei: bigint, expiresAtMs: number): Offer => ({
  body: {
    ...{ id: asBytes32(`0x${'22'.repeat(32)}`), demandId: asBytes32(`0x${'33'.repeat(32)}`), provider },
    ...{ payee: provider, contact: { peerId: 'p', addresses: [] }, manifest, pricePerCoreHourWei },
    ...{ cores: 4, speed: 1, equivalenceClass: asBytes32(`0x${'44'.repeat(32)}`), unpaidLimitWei: 0n, expiresAtMs },
  } as Offer['body'],
  signature: '0x' as Offer['signature'],
})

it('shows what one provider offers for each application, the newest of each, until it expires', async () => {
  let [now, seen] = [1_000, [offerOf(blender, 1n, 5_000)]]
  const apps = { loaded: [{ manifestCid: blender, title: 'Blender 4.3' }] }
  const api = createOffersApi({ requestor: { offers: () => seen }, apps }, () => now)
  const shown = async () => (await api.offers()).map(({ app, pricePerCoreHourWei }) => [app, pricePerCoreHourWei])
  await shown()
  seen = [offerOf(map, 2n, 9_000)]
  expect(await shown()).toEqual([
    ['Blender 4.3', '1'],
    [map, '2'],
  ])
  seen = [offerOf(blender, 3n, 9_000)]
  expect(await shown()).toEqual([
    [map, '2'],
    ['Blender 4.3', '3'],
  ])
  now = 9_000
  seen = []
  expect(await shown()).toEqual([])
})
