import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Grid, startGrid } from '@golem/e2e'
import type { BenchmarkContext } from './benchmark.ts'
import { median } from './in-turn.ts'
import { alone, type Result } from './result.ts'

const FILE = resolve(import.meta.dirname, '../../apps/blender/scenes/light.blend')
const FOREGROUND = resolve(import.meta.dirname, 'courtesy/foreground.ts')
const GOAL_PERCENT = 97
const ROUNDS = 31
/** A frame for each core that takes far longer than all that is measured: none is checked or merged meanwhile. */
const SAMPLES = 1_000_000
/** A provider that is at full work keeps the cores so busy. */
const FULL = 0.95
const PATIENCE_MS = 120_000
/** Longer than a measurement, and not so long that what stands still is given back. */
const PAUSE_MS = 60_000

/**
 * What a person's own program keeps of its speed beside a provider at full work on all cores. In pairs: the provider
 * works, or stands still by `golem provide --pause`.
 */
export async function* run({ note, signal }: BenchmarkContext): AsyncGenerator<Result> {
  const cores = availableParallelism()
  // Frames that take hours: it may owe all of them.
  const grid = await startGrid({ providers: 1, coresPerProvider: cores, priority: 'lowest', unpaid: '1000' })
  try {
    await beginWork(grid, cores, note, signal)
    for (const threads of [1, 2]) {
      const ratios = await measure(grid, threads, { note, signal })
      const name = `courtesy, ${threads === 1 ? 'one thread' : `${threads} threads`}`
      yield alone({ name, value: 100 * median(ratios), unit: '% of its speed alone', better: 'higher' }, GOAL_PERCENT)
    }
  } finally {
    await grid.stop()
  }
}

/** Gives the provider a frame for each core, and waits until it computes all of them. */
async function beginWork(
  { folder, requestor, providers: [provider] }: Grid,
  cores: number,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const out = await mkdtemp(join(folder, 'out-'))
  const heavy = ['--frames', `1-${cores}`, '--resolution', '1280x720', '--samples', `${SAMPLES}`]
  // What could not be done in time is given back when it is to stand still.
  const terms = ['--deadline', '30d', '--budget', '5000', '--yes']
  requestor.begin(['render', FILE, ...heavy, ...terms, '--out', out], { signal }).done.catch(() => {})
  const givenUpAtMs = Date.now() + PATIENCE_MS
  for (;;) {
    const { activities = [] } = (await provider?.client.status())?.provider ?? {}
    const running = activities.reduce((sum, activity) => sum + activity.running, 0)
    if (running === cores && (await busyShare()) >= FULL) break
    if (Date.now() > givenUpAtMs) throw new Error(`The provider computes ${running} of ${cores} frames.`)
    await delay(200, undefined, { signal })
  }
  note(`the provider keeps ${cores} cores busy`)
}

async function measure(
  { providers: [provider] }: Grid,
  threads: number,
  { note, signal }: BenchmarkContext,
): Promise<number[]> {
  const program = fork(FOREGROUND, [`${threads}`])
  const lend = (pauseMs: number | null) => provider?.client.changeLending({ pauseMs })
  try {
    await once(program, 'message')
    const beside = async (): Promise<number> => {
      await lend(null)
      // At full work before, so that what is measured begins as a person's program does: on a machine that is taken.
      while ((await busyShare()) < FULL) signal.throwIfAborted()
      return speedOf(program)
    }
    const apart = async (): Promise<number> => {
      await lend(PAUSE_MS)
      return speedOf(program)
    }
    const ratios: number[] = []
    let before = await apart()
    for (let round = 0; round < ROUNDS; round += 1) {
      signal.throwIfAborted()
      const speed = await beside()
      const after = await apart()
      // Between two that it is compared with, so that a machine that grows hotter or busier is unfair to neither.
      const ratio = (2 * speed) / (before + after)
      before = after
      ratios.push(ratio)
      note(`${threads} threads, round ${round + 1} of ${ROUNDS}: ${(100 * ratio).toFixed(1)} %`)
    }
    await lend(null)
    return ratios
  } finally {
    program.disconnect()
  }
}

async function speedOf(program: ChildProcess): Promise<number> {
  program.send('compute')
  const [speed] = await once(program, 'message')
  return Number(speed)
}

/** Of all cores, over a fifth of a second. */
async function busyShare(): Promise<number> {
  const read = () => {
    const times = cpus().map((cpu) => cpu.times)
    const idle = times.reduce((sum, each) => sum + each.idle, 0)
    return {
      idle,
      all: times.reduce((sum, { user, nice, sys, irq, idle: none }) => sum + user + nice + sys + irq + none, 0),
    }
  }
  const before = read()
  await delay(200)
  const now = read()
  return 1 - (now.idle - before.idle) / (now.all - before.all)
}
