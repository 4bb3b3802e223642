import { setTimeout as delay } from 'node:timers/promises'
import type { Status } from '@golem/api'
import { startGrid } from '@golem/e2e'
import type { BenchmarkContext } from './benchmark.ts'
import { costOf, readCost } from './process-cost.ts'
import { beside, type Measured, type Result } from './result.ts'
import { startProgram } from './start-program.ts'

/** Until what a start leaves to do is done: the mesh of gossip forms, caches fill, V8 collects. */
const SETTLE_MS = 90_000
const WATCH_MS = 60_000
const GOAL_MIB = 200
const GOAL_PERCENT = 1

/** What a provider's daemon costs while nobody wants anything of it, with as many peers as it looks for by itself. */
export async function* run({ note, signal }: BenchmarkContext): AsyncGenerator<Result> {
  const grid = await startGrid({ providers: 1 })
  const programs: { pid: number; stop(): void }[] = []
  try {
    const [provider] = grid.providers
    const { addresses = [] } = (await provider?.json<Status>(['status'])) ?? {}
    programs.push(await startProgram('node/peers.ts', addresses))
    const bare = await startProgram('node/bare-libp2p.ts', [])
    programs.push(bare)
    const pids = [(await provider?.pid()) ?? 0, bare.pid]
    note(`the provider settles for ${SETTLE_MS / 1_000} s`)
    await delay(SETTLE_MS, undefined, { signal })
    const before = await Promise.all(pids.map(readCost))
    await delay(WATCH_MS, undefined, { signal })
    const after = await Promise.all(pids.map(readCost))
    const [ours, theirs] = before.map((reading, index) => costOf(reading, after[index] ?? reading))
    if (ours === undefined || theirs === undefined) return
    const compared = (measured: Omit<Measured, 'better'>, peerValue: number, goal: number): Result => ({
      ...beside({ ...measured, better: 'lower' }, { name: 'js-libp2p alone, without peers', value: peerValue }, null),
      goal,
    })
    yield compared({ name: 'node memory', value: ours.memoryMib, unit: 'MiB' }, theirs.memoryMib, GOAL_MIB)
    yield compared({ name: 'node idle CPU', value: ours.percent, unit: '% of a core' }, theirs.percent, GOAL_PERCENT)
  } finally {
    for (const program of programs) program.stop()
    await grid.stop()
  }
}
