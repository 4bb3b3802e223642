import { expect, it } from 'vitest'
import { chooseRelays } from './choose-relays.ts'

const relay = (peerId: string, connectedAtMs: number, notBeforeMs = 0) => ({ peerId, connectedAtMs, notBeforeMs })
const inSight = [relay('young', 30), relay('old', 10), relay('refused', 5, 1_000), relay('middle', 20)]

it('asks those that have been there longest, and no more than are wanting', () => {
  expect(chooseRelays(inSight, new Set(), { wanted: 2, nowMs: 500 })).toEqual(['old', 'middle'])
  expect(chooseRelays(inSight, new Set(['old']), { wanted: 2, nowMs: 500 })).toEqual(['middle'])
  expect(chooseRelays(inSight, new Set(['old', 'young']), { wanted: 2, nowMs: 500 })).toEqual([])
})

it('asks one that refused again after its time', () => {
  expect(chooseRelays(inSight, new Set(), { wanted: 1, nowMs: 1_000 })).toEqual(['refused'])
})
