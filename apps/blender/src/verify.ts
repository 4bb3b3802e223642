import type { AppContext, CheckStrategy, Comparison, Part, Verdict } from '@golem/sdk'
import { withMargin } from './cut-frame.ts'
import { CROPS, drawSamples, type Sample, wholeSamples } from './draw-sample.ts'
import type { Inspection } from './inspection.ts'
import { frameFile, workOf } from './subtask-params.ts'
import { type CheckAnswer, checkAnswer } from './worker-answers.ts'

/**
 * Honest work on another SIMD kernel changed at most 2 % of the 8-bit values, with blocks off by at most 0.65; fewer samples,
 * upscaling and touched patches changed more or were further off.
 */
const MOST_CHANGED = 0.05
const MOST_BLOCK_ERROR = 1.5

type Context = Pick<AppContext, 'call'>
type Job = {
  inspection: Inspection
  part: Part
  seed: string
  check?: CheckStrategy
  comparison?: Comparison
}

/**
 * Renders hidden crops again and compares them with what was delivered; all headers and lengths are looked at besides.
 * Where an exact check is asked for, everything is rendered again.
 */
export async function verify(context: Context, job: Job): Promise<Verdict> {
  const { inspection, part, check: asked = CROPS, comparison = 'tolerant' } = job
  const { tiles } = inspection
  const { frames } = workOf(part.subtask)
  const samples = samplesOf(job, asked)
  const how = asked.kind === 'exact' ? 'all of it rendered again' : howOf(samples, tiles.allowed)
  const answers: Compared[] = []
  for (const [index, sample] of samples.entries()) {
    const { frame, crop } = sample
    // Every frame of the delivery is opened by the first check.
    const answer = await check(context, job, sample, index === 0 ? frames.filter((each) => each !== frame) : [])
    const evidence = { frame, crop, margin: tiles.margin, ...answer }
    if ('mismatch' in answer) {
      const message = `Frame ${frame} is not what was asked for: ${answer.mismatch}.`
      return { accepted: false, how, code: 'NOT_WHAT_WAS_ASKED', message, evidence }
    }
    if (comparison === 'exact' ? !answer.equal : !isAlike(answer)) {
      const message = `Frame ${frame} is not this scene's picture: ${differenceOf(answer)}.`
      return { accepted: false, how, code: 'PIXELS_DIFFER', message, evidence }
    }
    answers.push(answer)
  }
  if (answers.every(({ equal }) => equal)) return { accepted: true, how: `${how}: equal to the last bit` }
  const furthest = answers.reduce((a, b) => (a.changedFraction < b.changedFraction ? b : a))
  return { accepted: true, how: `${how}: alike (${differenceOf(furthest)})` }
}

function samplesOf({ inspection, part, seed }: Job, asked: CheckStrategy): Sample[] {
  const { width, height, tiles } = inspection
  const { frames, region = { x0: 0, y0: 0, x1: width, y1: height } } = workOf(part.subtask)
  if (asked.kind === 'exact') return wholeSamples(frames, region)
  const look = asked.kind === 'crops' ? asked : CROPS
  const drawn = drawSamples(seed, frames, region, look)
  // What must not be cut is rendered whole again: of that, one frame is dear enough where nobody asks for more.
  return tiles.allowed ? drawn : drawn.slice(0, look.crops)
}

async function check({ call }: Context, job: Job, { frame, crop }: Sample, alike: number[]): Promise<CheckAnswer> {
  const { inspection, part } = job
  const { choices, tiles, width, height } = inspection
  const { region, margin } = workOf(part.subtask)
  const held = region && withMargin(region, margin, { width, height })
  const fileOf = (each: number) => `${part.folder}/${frameFile(each)}`
  return checkAnswer.parse(
    await call('check', {
      ...choices,
      frame,
      ...(tiles.allowed ? { crop } : {}),
      margin: tiles.margin,
      delivered: fileOf(frame),
      alike: alike.map(fileOf),
      ...(held ? { deliveredRegion: held } : {}),
    }),
  )
}

type Compared = Exclude<CheckAnswer, { mismatch: string }>

const isAlike = ({ equal, changedFraction, maxBlockError }: Compared): boolean =>
  equal || (changedFraction <= MOST_CHANGED && maxBlockError <= MOST_BLOCK_ERROR)

const differenceOf = ({ changedFraction, maxBlockError }: Compared): string =>
  `${(100 * changedFraction).toFixed(1)} % of the values differ, blocks by up to ${maxBlockError.toFixed(2)}`

/** Without the frames' numbers, so that the same words stand for the same way of checking. */
function howOf(samples: readonly Sample[], isCut: boolean): string {
  const [{ crop } = { crop: { x0: 0, y0: 0, x1: 0, y1: 0 } }] = samples
  const what = isCut ? `${crop.x1 - crop.x0}x${crop.y1 - crop.y0} pixels` : 'all pixels'
  return `${what} of ${samples.length === 1 ? 'a frame' : `${samples.length} frames`} rendered again`
}
