import type { AppContext, Part, Verdict } from '@golem/sdk'
import { withMargin } from './cut-frame.ts'
import { drawSample } from './draw-sample.ts'
import type { Inspection } from './inspect.ts'
import { frameFile, workOf } from './subtask-params.ts'
import { checkAnswer } from './worker-answers.ts'

/**
 * Honest work on another SIMD kernel changed at most 2 % of the 8-bit values, with blocks off by at most 0.65; fewer samples,
 * upscaling and touched patches changed more or were further off.
 */
const MOST_CHANGED = 0.05
const MOST_BLOCK_ERROR = 1.5

/** Renders a hidden crop again and compares it with what was delivered. */
export async function verify(
  context: Pick<AppContext, 'call'>,
  { inspection, part, seed }: { inspection: Inspection; part: Part; seed: string },
): Promise<Verdict> {
  const { choices, tiles, width, height } = inspection
  const { frames, region, margin } = workOf(part.subtask)
  const size = { width, height }
  const held = region && withMargin(region, margin, size)
  const { frame, crop } = drawSample(seed, frames, region ?? { x0: 0, y0: 0, x1: width, y1: height })
  const answer = checkAnswer.parse(
    await context.call('check', {
      ...choices,
      frame,
      // A scene that cannot be cut is rendered whole again.
      ...(tiles.allowed ? { crop } : {}),
      margin: tiles.margin,
      delivered: `${part.folder}/${frameFile(frame)}`,
      alike: frames.filter((each) => each !== frame).map((each) => `${part.folder}/${frameFile(each)}`),
      ...(held ? { deliveredRegion: held } : {}),
    }),
  )
  const share = tiles.allowed ? `${crop.x1 - crop.x0}x${crop.y1 - crop.y0} pixels of` : 'all of'
  const how = `${share} frame ${frame} rendered again`
  const evidence = { frame, crop, margin: tiles.margin, ...answer }
  if ('mismatch' in answer) {
    return {
      accepted: false,
      how,
      code: 'NOT_WHAT_WAS_ASKED',
      message: `Frame ${frame} is not what was asked for: ${answer.mismatch}.`,
      evidence,
    }
  }
  if (answer.equal) return { accepted: true, how: `${how}: equal to the last bit` }
  const { changedFraction, maxBlockError } = answer
  const far = `${(100 * changedFraction).toFixed(1)} % of the values differ, blocks by up to ${maxBlockError.toFixed(2)}`
  if (changedFraction <= MOST_CHANGED && maxBlockError <= MOST_BLOCK_ERROR) {
    return { accepted: true, how: `${how}: alike (${far})` }
  }
  return {
    accepted: false,
    how,
    code: 'PIXELS_DIFFER',
    message: `Frame ${frame} is not this scene's picture: ${far}.`,
    evidence,
  }
}
