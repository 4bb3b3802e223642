import type { AppContext } from '@golem/sdk'
import type { Estimate } from './estimate.ts'
import type { Inspection } from './inspection.ts'
import { previewAnswer, sketchAnswer } from './worker-answers.ts'

/** The picture's longer side in pixels. */
const LONGER_SIDE = 480
const MOST_SAMPLES = 32
/** Of sampling, on this machine's one core: somebody waits for it. */
const SECONDS = 4

/** A first frame, small and with as many samples as fit into a few seconds. */
export async function sketch(
  { call, speed }: Pick<AppContext, 'call' | 'speed'>,
  { inspection, estimate }: { inspection: Inspection; estimate: Estimate },
): Promise<{ file: string }> {
  const { choices, frames, width, height, samples, view } = inspection
  const scale = Math.min(1, LONGER_SIDE / Math.max(width, height))
  const size = { x: Math.max(4, Math.round(width * scale)), y: Math.max(4, Math.round(height * scale)) }
  const secondsPerSample = (estimate.sampleSeconds / samples / speed) * ((size.x * size.y) / (width * height))
  const most = Math.min(MOST_SAMPLES, Math.ceil(samples))
  const count = Math.max(1, Math.min(most, Math.floor(SECONDS / Math.max(secondsPerSample, 1e-6))))
  const asked = { ...choices, frames: frames.slice(0, 1), resolution: { ...size, percentage: 100 }, samples: count }
  const [picture] = sketchAnswer.parse(await call('render', asked)).frames
  const tiles = [{ file: picture?.file ?? '' }]
  return previewAnswer.parse(await call('preview', { width: size.x, height: size.y, tiles, view, size: LONGER_SIDE }))
}
