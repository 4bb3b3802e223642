import { areaOf } from './cut-frame.ts'
import type { Region } from './worker-answers.ts'

/** The share of a subtask's pixels in one frame that is rendered again. */
const SHARE = 0.04
const MIN_SIDE = 16
const MAX_SIDE = 128

export type Sample = { frame: number; crop: Region }

/** Beyond so many frames of a run, two of them are looked at. */
const FRAMES_FOR_ONE = 2

/**
 * Which frames of a subtask, and which part of each, are rendered again: any of them with equal chance, known to nobody
 * before the seed is drawn. Two different frames of a longer run, one of a shorter.
 */
export function drawSamples(seed: string, frames: readonly number[], region: Region): Sample[] {
  const draw = drawer(seed)
  const left = [...frames]
  const count = frames.length > FRAMES_FOR_ONE ? 2 : 1
  return Array.from({ length: count }, () => {
    const [frame = 0] = left.splice(draw(left.length), 1)
    return { frame, crop: drawCrop(draw, region) }
  })
}

function drawCrop(draw: (bound: number) => number, { x0, y0, x1, y1 }: Region): Region {
  const share = Math.sqrt(SHARE * areaOf({ x0, y0, x1, y1 }))
  const side = Math.round(Math.min(MAX_SIDE, Math.max(MIN_SIDE, share)))
  const width = Math.min(side, x1 - x0)
  const height = Math.min(side, y1 - y0)
  const left = x0 + draw(x1 - x0 - width + 1)
  const top = y0 + draw(y1 - y0 - height + 1)
  return { x0: left, y0: top, x1: left + width, y1: top + height }
}

/** Digits of the seed for a number: 40 bits, which make the bias of a draw from 100,000 smaller than 2^-23. */
const DIGITS = 10

/** Numbers below a bound; 32 bytes of a seed are enough for six. */
function drawer(seed: string): (bound: number) => number {
  const hex = seed.replace(/^0x/, '')
  let position = 0
  return (bound) => {
    const part = hex.slice(position, position + DIGITS)
    if (part.length < DIGITS) throw new RangeError('the seed is too short')
    position += DIGITS
    return Number.parseInt(part, 16) % bound
  }
}
