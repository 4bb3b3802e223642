import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { drawSamples, wholeSamples } from './draw-sample.ts'

const region = { x0: 100, y0: 40, x1: 420, y1: 220 }
const seedOf = (number: number) => `0x${createHash('sha256').update(String(number)).digest('hex')}`

it('draws crops inside the region, of every frame, and anywhere in it', () => {
  const frames = [3, 4, 5]
  const drawn = Array.from({ length: 200 }, (_, index) => drawSamples(seedOf(index), frames, region)).flat()
  for (const { crop } of drawn) {
    expect(crop.x0).toBeGreaterThanOrEqual(region.x0)
    expect(crop.x1).toBeLessThanOrEqual(region.x1)
    expect(crop.y0).toBeGreaterThanOrEqual(region.y0)
    expect(crop.y1).toBeLessThanOrEqual(region.y1)
    expect(crop.x1 - crop.x0).toBe(48)
  }
  expect(new Set(drawn.map(({ frame }) => frame))).toEqual(new Set(frames))
  expect(Math.max(...drawn.map(({ crop }) => crop.x0)) - Math.min(...drawn.map(({ crop }) => crop.x0))).toBeGreaterThan(
    240,
  )
})

it('looks at two frames of a run of more than two, and never twice at one', () => {
  for (let index = 0; index < 50; index += 1) {
    const numbers = (count: number) =>
      drawSamples(
        seedOf(index),
        Array.from({ length: count }, (_, at) => at),
        region,
      ).map(({ frame }) => frame)
    expect([numbers(1).length, numbers(2).length]).toEqual([1, 1])
    for (const count of [3, 20]) expect(new Set(numbers(count)).size).toBe(2)
  }
})

it('takes all of a region that is smaller than a crop', () => {
  const small = { x0: 0, y0: 0, x1: 8, y1: 5 }
  expect(drawSamples(seedOf(1), [1], small)).toEqual([{ frame: 1, crop: small }])
})

it('draws as many crops as are asked for, of all frames before any of them twice', () => {
  const asked = { crops: 5, share: 0.04 }
  const drawn = drawSamples(seedOf(1), [1, 2, 3, 4], region, asked)
  expect(drawn).toHaveLength(10)
  expect(new Set(drawn.slice(0, 4).map(({ frame }) => frame)).size).toBe(4)
  expect(new Set(drawn.map(({ crop }) => `${crop.x0},${crop.y0}`)).size).toBeGreaterThan(8)
  // More than the seed has digits for: it still decides all of them.
  expect(drawSamples(seedOf(1), [1, 2, 3, 4], region, asked)).toEqual(drawn)
  expect(drawSamples(seedOf(2), [1, 2, 3, 4], region, asked)).not.toEqual(drawn)
})

it('looks at more of a picture where a larger share is asked for', () => {
  const large = { x0: 0, y0: 0, x1: 1_920, y1: 1_080 }
  const [usual, more] = [0.04, 0.16].map((share) => drawSamples(seedOf(1), [1], large, { crops: 1, share })[0]?.crop)
  expect([usual && usual.x1 - usual.x0, more && more.x1 - more.x0]).toEqual([128, 256])
})

it('takes every frame, whole, for an exact check', () => {
  expect(wholeSamples([1, 2], region)).toEqual([
    { frame: 1, crop: region },
    { frame: 2, crop: region },
  ])
})
