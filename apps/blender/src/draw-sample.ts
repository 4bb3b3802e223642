import { createHash } from 'node:crypto'
import { areaOf } from './cut-frame.ts'
import type { Region } from './worker-answers.ts'

/** What is rendered again of a subtask where nobody asks for more: a crop of 4 % of the pixels. */
export const CROPS = { kind: 'crops', crops: 1, share: 0.04 } as const
const MIN_SIDE = 16
const MAX_SIDE = 128

export type Sample = { frame: number; crop: Region }
export type Look = { crops: number; share: number }

/** Beyond so many frames of a run, two of them are looked at for each crop. */
const FRAMES_FOR_ONE = 2

/**
 * Which frames of a subtask, and which part of each, are rendered again: any of them with equal chance, known to nobody
 * before the seed is drawn. For each crop two different frames of a longer run, one of a shorter; no frame twice before
 * all were looked at.
 */
export function drawSamples(
  seed: string,
  frames: readonly number[],
  region: Region,
  { crops, share }: Look = CROPS,
): Sample[] {
  const draw = drawer(seed)
  const count = crops * (frames.length > FRAMES_FOR_ONE ? 2 : 1)
  let left: number[] = []
  return Array.from({ length: count }, () => {
    if (left.length === 0) left = [...frames]
    const [frame = 0] = left.splice(draw(left.length), 1)
    return { frame, crop: drawCrop(draw, region, share) }
  })
}

/** Every frame, whole. */
export const wholeSamples = (frames: readonly number[], region: Region): Sample[] =>
  frames.map((frame) => ({ frame, crop: region }))

function drawCrop(draw: (bound: number) => number, { x0, y0, x1, y1 }: Region, share: number): Region {
  const most = MAX_SIDE * Math.sqrt(Math.max(1, share / CROPS.share))
  const side = Math.round(Math.min(most, Math.max(MIN_SIDE, Math.sqrt(share * areaOf({ x0, y0, x1, y1 })))))
  const width = Math.min(side, x1 - x0)
  const height = Math.min(side, y1 - y0)
  const left = x0 + draw(x1 - x0 - width + 1)
  const top = y0 + draw(y1 - y0 - height + 1)
  return { x0: left, y0: top, x1: left + width, y1: top + height }
}

/** Digits of the seed for a number: 40 bits, which make the bias of a draw from 100,000 smaller than 2^-23. */
const DIGITS = 10

/** Numbers below a bound, as many as are wanted: when the seed's own digits are used up, those of its hashes follow. */
function drawer(seed: string): (bound: number) => number {
  let hex = seed.replace(/^0x/, '')
  if (hex.length < 6 * DIGITS) throw new RangeError('the seed is too short')
  let position = 0
  return (bound) => {
    if (position + DIGITS > hex.length) {
      hex = createHash('sha256').update(hex).digest('hex')
      position = 0
    }
    const part = hex.slice(position, position + DIGITS)
    position += DIGITS
    return Number.parseInt(part, 16) % bound
  }
}
