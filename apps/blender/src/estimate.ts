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

/** Of the first trials' longer side, in pixels: small, yet with every part of the picture in it. */
const FIRST_SIDE = 96
const FIRST_SAMPLES = 8
/** Adaptive sampling stops early: more samples tell how early. */
const FIRST_ADAPTIVE_SAMPLES = 64
/** A trial grows until its samples take so long, and this part of the preparation: the clock's noise is little beside it. */
const ENOUGH_SECONDS = 0.5
const ENOUGH_SHARE = 0.1
/** At once: what is hardly measurable tells little of how much larger the next has to be. */
const MOST_GROWTH = 16
/** Noise of the clock must not make a render free. */
const MIN_SHARE = 0.05

/** `scale` is the frame's, by side. */
type Trial = { scale: number; samples: number }

/** Renders a frame from the middle with one sample, and then more and more of it, to tell preparation from sampling. */
export async function estimate(
  context: Pick<AppContext, 'call' | 'speed'>,
  { inspection }: { inspection: Inspection },
): Promise<{ estimate: Estimate; totalUnits: number }> {
  const { choices, frames, width, height, samples, adaptive } = inspection
  const frame = frames[Math.floor(frames.length / 2)] ?? 0
  const sizeOf = ({ scale }: Trial) => ({
    x: Math.max(4, Math.round(width * scale)),
    y: Math.max(4, Math.round(height * scale)),
  })
  const amountOf = (trial: Trial): number => sizeOf(trial).x * sizeOf(trial).y * trial.samples
  const secondsOf = async (trial: Trial): Promise<number> => {
    const size = { ...sizeOf(trial), percentage: 100 }
    const params = { ...choices, frames: [frame], resolution: size, samples: trial.samples }
    return renderAnswer.parse(await context.call('render', params)).frames[0]?.cpuSeconds ?? 0
  }
  const most = Math.max(2, Math.ceil(samples))
  const first = { scale: Math.min(1, FIRST_SIDE / Math.max(width, height)), samples: 1 }
  // The first render of a process also loads Cycles.
  await secondsOf(first)
  const single = await secondsOf(first)
  const enough = Math.max(ENOUGH_SECONDS, ENOUGH_SHARE * single)

  let trial = { ...first, samples: Math.min(most, adaptive ? FIRST_ADAPTIVE_SAMPLES : FIRST_SAMPLES) }
  let beyond = (await secondsOf(trial)) - single
  while (beyond < enough && (trial.scale < 1 || trial.samples < most)) {
    trial = grown(trial, { factor: (1.5 * enough) / beyond, most })
    beyond = (await secondsOf(trial)) - single
  }

  const perPixelSample = Math.max(beyond, single * MIN_SHARE) / (amountOf(trial) - amountOf(first))
  const measured: Estimate = {
    prepareSeconds: Math.max(0, single - perPixelSample * amountOf(first)) * context.speed,
    sampleSeconds: perPixelSample * width * height * samples * context.speed,
  }
  return { estimate: measured, totalUnits: frames.length * unitsOf(measured, 1) }
}

/** In pixels as far as the frame has them, then in samples. */
function grown({ scale, samples }: Trial, { factor, most }: { factor: number; most: number }): Trial {
  const growth = factor > 0 ? Math.min(factor, MOST_GROWTH) : MOST_GROWTH
  const wider = Math.min(1, scale * Math.sqrt(growth))
  return { scale: wider, samples: Math.min(most, Math.ceil(samples * growth * (scale / wider) ** 2 - 1e-9)) }
}

/** Micro core-seconds for `share` of a frame's pixels. */
export const unitsOf = ({ prepareSeconds, sampleSeconds }: Estimate, share: number): number =>
  Math.max(1, Math.round((prepareSeconds + sampleSeconds * share) * 1e6))
