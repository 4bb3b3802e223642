import { areaOf } from './cut-frame.ts'
import type { Region } from './worker-answers.ts'

/** The share of a subtask's pixels in one frame that is rendered again. */
const SHARE = 0.04
const MIN_SIDE = 16
const MAX_SIDE = 128

export type Sample = { frame: number; crop: Region }

/**
 * Which frame, and which part of it, is rendered again: any of them with equal chance, known to nobody before the seed is
 * drawn.
 */
export function drawSample(seed: string, frames: readonly number[], region: Region): Sample {
  const draw = drawer(seed)
  const frame = frames[draw(frames.length)] ?? 0
  const side = Math.round(Math.min(MAX_SIDE, Math.max(MIN_SIDE, Math.sqrt(SHARE * areaOf(region)))))
  const width = Math.min(side, region.x1 - region.x0)
  const height = Math.min(side, region.y1 - region.y0)
  const x0 = region.x0 + draw(region.x1 - region.x0 - width + 1)
  const y0 = region.y0 + draw(region.y1 - region.y0 - height + 1)
  return { frame, crop: { x0, y0, x1: x0 + width, y1: y0 + height } }
}

/** Numbers below a bound, eight bytes of the seed for each: the bias is below 2^-30. */
function drawer(seed: string): (bound: number) => number {
  const hex = seed.replace(/^0x/, '')
  let position = 0
  return (bound) => {
    const part = hex.slice(position, position + 16)
    if (part.length < 16) throw new RangeError('the seed is too short')
    position += 16
    return Number(BigInt(`0x${part}`) % BigInt(bound))
  }
}
