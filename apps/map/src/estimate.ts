import { type AppContext, AppError } from '@golem/sdk'
import type { Inspection } from './inspect.ts'
import type { Parameters } from './parameters.ts'
import { runAnswer, runParams } from './run-params.ts'

/** Reference core-seconds of one input. */
export type Estimate = { secondsEach: number }

/** Inputs that are tried: the first, the last and between. */
const TRIED = 3
/** The first run of all waits for the program's start and the module's compilation: one that is quick is not counted. */
const UNCOUNTED_MS = 60_000
/** What is quick is tried again and again for so long, since a single look at it says little. */
const LOOK_MS = 100
const MAX_RUNS = 15

/** Runs some inputs here and looks at the clock. Quick ones are measured with the way there and back, which costs too. */
export async function estimate(
  context: Pick<AppContext, 'call' | 'speed'>,
  { parameters, inspection }: { parameters: Parameters; inspection: Inspection },
): Promise<{ estimate: Estimate; totalUnits: number }> {
  const { count } = inspection
  const numbers = new Set(Array.from({ length: TRIED }, (_, turn) => Math.floor((turn * (count - 1)) / (TRIED - 1))))
  const tookMs: number[] = []
  for (const number of numbers) {
    const ms = await measure(context, parameters, number)
    const isUncounted = tookMs.length === 0 && ms < UNCOUNTED_MS
    tookMs.push(isUncounted ? await measure(context, parameters, number) : ms)
  }
  const meanMs = tookMs.reduce((sum, ms) => sum + ms, 0) / tookMs.length
  const secondsEach = (meanMs / 1_000) * context.speed
  return { estimate: { secondsEach }, totalUnits: unitsOf(secondsEach) * count }
}

/**
 * The least of as many runs as are quick: the same work takes longer only where the machine does something else beside, and
 * what is then taken for long would be given out one by one, and paid for as long.
 */
async function measure(context: Pick<AppContext, 'call'>, parameters: Parameters, number: number): Promise<number> {
  const untilMs = performance.now() + LOOK_MS
  let leastMs = Number.POSITIVE_INFINITY
  for (let runs = 0; runs === 0 || (runs < MAX_RUNS && performance.now() < untilMs); runs += 1) {
    const beganMs = performance.now()
    const { exitCode, stderr } = runAnswer.parse(await context.call('run', runParams(parameters, number)))
    leastMs = Math.min(leastMs, performance.now() - beganMs)
    if (exitCode !== 0) throw failed(number, exitCode, stderr ?? '')
  }
  return leastMs
}

/** At least one: a price is never nothing. */
export const unitsOf = (secondsEach: number): number => Math.max(1, Math.round(secondsEach * 1_000_000))

const failed = (number: number, exitCode: number, stderr: string): AppError =>
  new AppError({
    code: 'INPUT_FAILS',
    message: `Input ${number} fails here already, with exit code ${exitCode}: ${stderr.trim().slice(-300)}`,
    remedy: 'Mend the program or its input; nothing was spent.',
  })
