import { expect, it } from 'vitest'
import { drawSample } from './draw-sample.ts'

const region = { x0: 100, y0: 40, x1: 420, y1: 220 }
const seedOf = (number: number) =>
  `0x${BigInt(number * 7919)
    .toString(16)
    .padStart(16, '0')
    .repeat(4)}`

it('draws crops inside the region, from every frame', () => {
  const frames = [3, 4, 5]
  const drawn = Array.from({ length: 200 }, (_, index) => drawSample(seedOf(index), frames, region))
  for (const { crop } of drawn) {
    expect(crop.x0).toBeGreaterThanOrEqual(region.x0)
    expect(crop.x1).toBeLessThanOrEqual(region.x1)
    expect(crop.y0).toBeGreaterThanOrEqual(region.y0)
    expect(crop.y1).toBeLessThanOrEqual(region.y1)
    expect(crop.x1 - crop.x0).toBe(48)
  }
  expect(new Set(drawn.map(({ frame }) => frame))).toEqual(new Set(frames))
})

it('takes all of a region that is smaller than a crop', () => {
  const small = { x0: 0, y0: 0, x1: 8, y1: 5 }
  expect(drawSample(seedOf(1), [1], small).crop).toEqual(small)
})
