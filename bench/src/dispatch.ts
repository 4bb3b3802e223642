import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Grid, type LoggedEvent, readJobLog, startGrid } from '@golem/e2e'
import type { BenchmarkContext } from './benchmark.ts'
import { startDaskPeer } from './dispatch/dask-peer.ts'
import { NOOP } from './dispatch/noop.ts'
import { inTurn, median } from './in-turn.ts'
import { beside, type Result } from './result.ts'

const COUNT = 10_000
const ROUNDS = 3
const GOAL_PER_S = 2_000
/** One after another. */
const SINGLES = 400
const GOAL_P50_MS = 10

/**
 * Subtasks that do nothing, each assigned, run in the sandbox, signed for, checked by share, accepted and paid by voucher,
 * over two providers; beside Dask's scheduler with two worker processes, which trusts everybody.
 */
export async function* run(context: BenchmarkContext): AsyncGenerator<Result> {
  const dask = await startDaskPeer(context.note, context.signal)
  try {
    const perS = await measureMany(context, dask.many)
    const peer = { name: 'Dask distributed', value: perS.dask }
    const many = { name: 'dispatch', value: perS.golem, unit: 'subtasks/s', better: 'higher' } as const
    yield { ...beside(many, peer, null), goal: GOAL_PER_S }
    const golem = await measureSingles(context)
    const daskMs = await dask.single(SINGLES)
    for (const [name, share, goal] of [
      ['p50', 0.5, GOAL_P50_MS],
      ['p99', 0.99, null],
    ] as const) {
      const one = {
        name: `dispatch, one alone, ${name}`,
        value: quantile(golem, share),
        unit: 'ms',
        better: 'lower',
      } as const
      yield { ...beside(one, { name: 'Dask distributed', value: quantile(daskMs, share) }, null), goal }
    }
  } finally {
    dask.stop()
  }
}

async function measureMany(
  { note, signal }: BenchmarkContext,
  dask: (count: number) => Promise<number>,
): Promise<{ golem: number; dask: number }> {
  const grid = await startGrid({ providers: 2 })
  try {
    // What every later job finds: modules are compiled, and the code that runs is warm.
    await map(grid, COUNT / 10, signal)
    const golem = async () => {
      const log = await map(grid, COUNT, signal)
      const firstMs = log.find(({ type }) => type === 'assigned')?.atMs ?? Number.NaN
      const lastMs = log.findLast(({ type }) => type === 'accepted')?.atMs ?? Number.NaN
      return COUNT / ((lastMs - firstMs) / 1_000)
    }
    return await inTurn({ golem, dask: () => dask(COUNT) }, { rounds: ROUNDS, note })
  } finally {
    await grid.stop()
  }
}

/** Milliseconds of each, from the assignment to the acceptance that pays it. */
async function measureSingles({ note, signal }: BenchmarkContext): Promise<number[]> {
  // Who may owe nothing is given the next one when the one before is paid.
  const grid = await startGrid({ providers: 1, unpaid: '0' })
  try {
    await map(grid, SINGLES, signal)
    const log = await map(grid, SINGLES, signal)
    const assignedMs = new Map<string, number>()
    const tookMs: number[] = []
    for (const { type, agreement, index, atMs } of log) {
      const key = `${agreement}/${index}`
      if (type === 'assigned') assignedMs.set(key, atMs)
      if (type === 'accepted') tookMs.push(atMs - (assignedMs.get(key) ?? Number.NaN))
    }
    note(`one after another: median ${median(tookMs)} ms`)
    return tookMs
  } finally {
    await grid.stop()
  }
}

/** A job of so many subtasks that do nothing. @returns its log @throws {Error} unless all of them were paid */
async function map({ folder, requestor }: Grid, count: number, signal: AbortSignal): Promise<LoggedEvent[]> {
  const module = join(folder, 'noop.wasm')
  await writeFile(module, NOOP)
  const { client, home } = requestor
  const job = { app: 'map', parameters: { module, count }, outDir: join(folder, 'out') }
  const { id } = await client.createJob({ ...job, budgetWei: null, deadlineMs: 3_600_000, confirm: false })
  for await (const { job: now } of client.watchJob(id, { signal })) {
    if (now.finishedAtMs === null) continue
    if (now.state !== 'done' || now.subtasks.accepted !== count || now.spentWei === '0')
      throw new Error(`${now.subtasks.accepted} of ${count} subtasks were accepted: ${now.problem?.message}`)
    return readJobLog(home, id)
  }
  throw new Error('The job did not end.')
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
