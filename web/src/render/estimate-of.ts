import type { Prices } from '@golem/api'
import { type Choices, countFrames, sizeOf } from './choices.ts'
import type { Scene } from './scene.ts'

export type Estimate = {
  frames: number
  /** On the reference machine's one core. */
  coreSeconds: number
  /** null while nobody offers. */
  priceWei: bigint | null
  /** On all cores that offered. */
  wallMs: number | null
}

const SECONDS_AN_HOUR = 3_600
/** Amounts are whole, and seconds are not: so many parts of one are counted. */
const PARTS = 1_000_000

/**
 * What a render will cost and take: the test render of the examination, scaled by pixels, samples and frames, at the price
 * that is expected of those who offer, as often as it is computed. The daemon measures again for what is ordered; null while the form is not whole.
 */
export function estimateOf(choices: Choices, scene: Scene, { expectedWei, speed }: Prices): Estimate | null {
  const frames = countFrames(choices.frames, Math.max(1, Number(choices.frameStep) || 1))
  const size = sizeOf(choices, scene)
  const samples = choices.samples === '' ? scene.samples : Number(choices.samples)
  if (frames === null || size === null || !(samples >= 1)) return null
  const pixels = (size.width * size.height) / (scene.width * scene.height)
  const perFrame = scene.prepareSeconds + scene.sampleSeconds * (samples / scene.samples) * pixels
  const coreSeconds = frames * perFrame * (choices.check === 'replicas' ? choices.agreeing : 1)
  const priceWei =
    expectedWei === null
      ? null
      : (BigInt(Math.round(coreSeconds * PARTS)) * BigInt(expectedWei)) / BigInt(SECONDS_AN_HOUR * PARTS)
  return { frames, coreSeconds, priceWei, wallMs: speed > 0 ? (coreSeconds / speed) * 1_000 : null }
}
