import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { BenchmarkContext } from './benchmark.ts'
import { startRealGrid } from './discovery/real-grid.ts'
import type { Simulated } from './discovery/simulate.ts'
import { median } from './in-turn.ts'
import { alone, beside, type Result } from './result.ts'

/** Providers of real grids; with a requestor each has one node more. */
const REAL = [1, 9, 49]
const SIMULATED = [1_000, 10_000, 100_000]
/** Offers that are enough. */
const WANTED = 16
const DEMANDS = 100
const GOAL_P99_S = 1
const MEMORY_MIB = 14_336
/** The largest grid's deliveries beside the smallest's. */
const GOAL_GROWTH = 2
/** Slower than the rate at which providers listen to one requestor. */
const PAUSE_MS = 100

/** From a demand to enough answers, on real nodes, and what it costs others, on as many as there may ever be. */
export async function* run({ note, signal }: BenchmarkContext): AsyncGenerator<Result> {
  for (const providers of REAL) {
    const nodes = providers + 1
    note(`${nodes} real nodes`)
    const grid = await startRealGrid(providers)
    try {
      await grid.settled(signal)
      const wanted = Math.min(WANTED, providers)
      // Each requestor has found its way to the directory once; no offer is kept from one demand to the next.
      for (let count = 0; count < grid.requestors; count += 1) await grid.demand(wanted)
      const seconds: number[] = []
      for (let count = 0; count < DEMANDS; count += 1) {
        seconds.push((await grid.demand(wanted)) / 1_000)
        await delay(PAUSE_MS, undefined, { signal })
      }
      const sorted = seconds.toSorted((a, b) => a - b)
      const p99 = sorted[Math.ceil(0.99 * sorted.length) - 1] as number
      yield alone({ name: `discovery, ${nodes} nodes, p50`, value: median(seconds), unit: 's', better: 'lower' }, null)
      yield alone({ name: `discovery, ${nodes} nodes, p99`, value: p99, unit: 's', better: 'lower' }, GOAL_P99_S)
    } finally {
      await grid.stop()
    }
  }

  let smallest: { name: string; value: number } | null = null
  for (const size of SIMULATED) {
    note(`${size} simulated providers`)
    const simulated = await simulate(size, signal)
    note(`${simulated.seconds.toFixed(0)} s, ${simulated.memoryMib.toFixed(0)} MiB`)
    const deliveries = { name: `${size} providers`, value: simulated.deliveries }
    smallest ??= deliveries
    const measured = { unit: 'messages', better: 'lower' } as const
    yield beside({ name: `deliveries a demand, ${size}`, value: deliveries.value, ...measured }, smallest, GOAL_GROWTH)
    yield alone({ name: `questions a demand, ${size}`, value: simulated.questions, ...measured }, null)
    const round = { name: `questions of a membership's round, ${size}`, value: simulated.questionsARound }
    yield alone({ ...round, ...measured }, null)
  }
}

/** In a process of its own: a hundred thousand nodes take more memory than Node allows itself by default. */
async function simulate(size: number, signal: AbortSignal): Promise<Simulated> {
  const program = resolve(import.meta.dirname, 'discovery/simulate.ts')
  const args = [`--max-old-space-size=${MEMORY_MIB}`, program, `${size}`, `${DEMANDS}`, `${WANTED}`]
  const { stdout } = await promisify(execFile)(process.execPath, args, { signal })
  return JSON.parse(stdout)
}
