import { exampleExamination } from '@golem/api/examples'
import { expect, it } from 'vitest'
import { checkOf, choicesFor, countFrames, parametersOf, patienceOf, tilesOf } from './choices.ts'
import { estimateOf } from './estimate-of.ts'
import type { Scene } from './scene.ts'

const scene: Scene = {
  frames: [1, 2, 3, 4],
  width: 100,
  height: 50,
  samples: 10,
  tilesReason: null,
  file: null,
  prepareSeconds: 1,
  sampleSeconds: 9,
}
const choices = choicesFor(scene, '/out')
const { prices } = exampleExamination

it('is the price of all frames at what an hour costs, and takes as long as all cores need', () => {
  const told = estimateOf(choices, scene, { ...prices, expectedWei: '3600', speed: 2 })
  expect(told).toEqual({ frames: 4, coreSeconds: 40, priceWei: 40n, wallMs: 20_000 })
})

it('grows with samples, pixels and frames, and what prepares a frame does not', () => {
  const of = (change: Partial<typeof choices>) => estimateOf({ ...choices, ...change }, scene, prices)?.coreSeconds
  expect(of({ samples: '20' })).toBe(4 * 19)
  expect(of({ resolution: '50' })).toBe(4 * (1 + 9 / 4))
  expect(of({ frames: '1-2,9' })).toBe(30)
  expect(of({ resolution: 'custom', width: '200', height: '100' })).toBe(4 * 37)
})

it('says nothing of what is not whole, and no price where nobody offers', () => {
  for (const change of [{ frames: '1-' }, { samples: '0' }, { resolution: 'custom', width: '', height: '9' }])
    expect(estimateOf({ ...choices, ...change }, scene, prices)).toBeNull()
  expect(estimateOf(choices, scene, { ...prices, expectedWei: null, speed: 0 })).toMatchObject({
    priceWei: null,
    wallMs: null,
  })
})

it('counts frames as the daemon does, each once', () => {
  expect([countFrames('1-24', 1), countFrames('1-24,20-30', 1), countFrames('1-10', 3), countFrames('5', 1)]).toEqual([
    24, 30, 4, 1,
  ])
  expect([countFrames('', 1), countFrames('a', 1), countFrames('5-1', 1)]).toEqual([null, null, null])
})

it('leaves to the file what is as the file has it', () => {
  expect(parametersOf(choices, scene)).toEqual({ frames: '1-4' })
  expect(parametersOf({ ...choices, samples: '3', resolution: '50', format: 'exr', denoiseOff: true }, scene)).toEqual({
    frames: '1-4',
    samples: 3,
    resolution: '50%',
    format: 'exr',
    denoise: 'off',
  })
})

it('costs as often as it is computed, and not more where more is checked', () => {
  const of = (change: Partial<typeof choices>) => estimateOf({ ...choices, ...change }, scene, prices)?.coreSeconds
  expect(of({ check: 'replicas', agreeing: 3, copies: 5 })).toBe(120)
  for (const check of ['usual', 'more', 'all', 'none'] as const) expect(of({ check, agreeing: 3 })).toBe(40)
})

it('asks for the check that was chosen, and for none only in words', () => {
  const of = (change: Partial<typeof choices>) => checkOf({ ...choices, ...change })
  expect([of({}), of({ check: 'more', crops: 7 }), of({ check: 'all' })]).toEqual([
    undefined,
    { kind: 'crops', crops: 7 },
    { kind: 'exact' },
  ])
  expect(of({ check: 'replicas' })).toEqual({ kind: 'replicate', agreeing: 2, copies: 3 })
  expect(of({ check: 'none' })).toEqual({ kind: 'none', said: 'I take results that nobody checked.' })
})

it('reads tiles and times as they are typed', () => {
  expect(['6x2', ' 6×2 ', '0x2', '6', '100x1'].map((tilesText) => tilesOf({ tiles: 'custom', tilesText }))).toEqual([
    '6x2',
    '6x2',
    null,
    null,
    null,
  ])
  expect(parametersOf({ ...choices, tiles: 'custom', tilesText: '6X2' }, scene)).toMatchObject({ tiles: '6x2' })
  expect(['', '0.5', '0', '1441', 'x'].map((patienceMinutes) => patienceOf({ patienceMinutes }))).toEqual([
    undefined,
    30_000,
    null,
    null,
    null,
  ])
})
