import type { AppContext } from '@golem/sdk'
import type { Inspection } from './inspection.ts'
import { renderAnswer } from './worker-answers.ts'

/** Seconds on the reference machine's one core. */
export type Estimate = {
  /** Before the first sample of a frame or tile: geometry, acceleration structures. */
  prepareSeconds: number
  /** All samples of a whole frame. */
  sampleSeconds: number
}

/** The test render's longer side in pixels: small, yet with every part of the picture in it. */
const TEST_SIDE = 96
const TEST_SAMPLES = 8
/** Adaptive sampling stops early: more samples tell how early. */
const ADAPTIVE_TEST_SAMPLES = 64

/** Renders a frame from the middle twice, small, to tell preparation from sampling. */
export async function estimate(
  context: Pick<AppContext, 'call' | 'speed'>,
  { inspection }: { inspection: Inspection },
): Promise<{ estimate: Estimate; totalUnits: number }> {
  const { choices, frames, width, height, samples, adaptive } = inspection
  const scale = Math.min(1, TEST_SIDE / Math.max(width, height))
  const size = { x: Math.max(4, Math.round(width * scale)), y: Math.max(4, Math.round(height * scale)) }
  const frame = frames[Math.floor(frames.length / 2)] ?? 0
  const seconds = async (count: number): Promise<number> => {
    const params = { ...choices, frames: [frame], resolution: { ...size, percentage: 100 }, samples: count }
    const answer = renderAnswer.parse(await context.call('render', params))
    return answer.frames[0]?.seconds ?? 0
  }
  const most = Math.min(Math.ceil(samples), adaptive ? ADAPTIVE_TEST_SAMPLES : TEST_SAMPLES)
  // The first render of a process also loads Cycles.
  await seconds(1)
  const single = await seconds(1)
  const several = most > 1 ? await seconds(most) : 2 * single
  const perSample = Math.max(several - single, single * MIN_SHARE) / Math.max(1, most - 1)
  const pixels = (width * height) / (size.x * size.y)
  const measured: Estimate = {
    prepareSeconds: Math.max(0, single - perSample) * context.speed,
    sampleSeconds: perSample * samples * pixels * context.speed,
  }
  return { estimate: measured, totalUnits: frames.length * unitsOf(measured, 1) }
}

/** Noise of the clock must not make a render free. */
const MIN_SHARE = 0.05

/** Micro core-seconds for `share` of a frame's pixels. */
export const unitsOf = ({ prepareSeconds, sampleSeconds }: Estimate, share: number): number =>
  Math.max(1, Math.round((prepareSeconds + sampleSeconds * share) * 1e6))
