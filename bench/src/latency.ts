import { existsSync } from 'node:fs'
import { mkdtemp, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Grid, startGrid, until } from '@golem/e2e'
import type { BenchmarkContext } from './benchmark.ts'
import { inTurn } from './in-turn.ts'
import { alone, type Result } from './result.ts'

const FILE = resolve(import.meta.dirname, '../../apps/blender/scenes/light.blend')
const GOAL_S = 1.5
/** The file is examined, its estimate cached and a Blender started by the first; the others make it sure. */
const WARM_UPS = 3
const ROUNDS = 9

/** Seconds from `golem render` of a one-sample 16x16 frame to the merged file, everything warm. */
export async function* run({ note, signal }: BenchmarkContext): AsyncGenerator<Result> {
  const grid = await startGrid({ providers: 1 })
  try {
    for (let round = 0; round < WARM_UPS; round++) {
      note(`warm-up: ${(await renderOnce(grid, signal)).toPrecision(3)} s`)
    }
    const { latency } = await inTurn({ latency: () => renderOnce(grid, signal) }, { rounds: ROUNDS, note })
    yield alone({ name: 'latency', value: latency, unit: 's', better: 'lower' }, GOAL_S)
  } finally {
    await grid.stop()
  }
}

async function renderOnce(grid: Grid, signal: AbortSignal): Promise<number> {
  const { folder, requestor } = grid
  await until('empty programs wait on both sides', () => isWarm(grid))
  const out = await mkdtemp(join(folder, 'out-'))
  const tiny = ['--frames', '1', '--resolution', '16x16', '--samples', '1', '--format', 'png']
  const startedMs = performance.now()
  const ended = requestor.golem(['render', FILE, ...tiny, '--out', out, '--yes'], { signal })
  const arrived = firstPicture(out, AbortSignal.any([signal, endOf(ended)]))
  // The daemon gives a picture its name when it is whole, so its name is what to wait for.
  const seconds = (await arrived) ? (performance.now() - startedMs) / 1000 : Number.NaN
  const { code, stderr } = await ended
  if (code !== 0 || Number.isNaN(seconds)) throw new Error(`The frame did not arrive: ${stderr}`)
  return seconds
}

/** The programs of the last job have ended, and the next ones have started: nothing of that is measured. */
async function isWarm({ requestor, providers }: Grid): Promise<boolean> {
  const mine = await requestor.client.status()
  const theirs = await Promise.all(providers.map(({ client }) => client.status()))
  return (
    mine.apps.some(({ name, isWaiting }) => name === 'blender' && isWaiting) &&
    theirs.every(({ provider }) => provider.waiting > 0 && provider.activities.length === 0)
  )
}

/** Polls every 2 ms, a thousandth of what is measured. @returns whether it came before the signal */
async function firstPicture(folder: string, signal: AbortSignal): Promise<boolean> {
  const there = async () => existsSync(folder) && (await readdir(folder)).some((name) => /^[^.].*\.png$/.test(name))
  while (!signal.aborted) {
    if (await there()) return true
    await delay(2)
  }
  return there()
}

function endOf(promise: Promise<unknown>): AbortSignal {
  const controller = new AbortController()
  promise.finally(() => controller.abort()).catch(() => {})
  return controller.signal
}
