import { type ChildProcess, spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DaemonStart } from '@golem/api/daemon-start'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GolemNode, golemNode } from './src/golem-node.ts'
import { groupsOf, mountsOn, processesOn, untilGone } from './src/processes.ts'
import { type Grid, startGrid } from './src/start-grid.ts'
import { until } from './src/until.ts'

const KILLS = 50
/** A life ends within so long of its beginning: while it starts, sweeps, starts programs, or works. */
const LIFE_MS = 2_500
/** So many lives last until it works on a subtask, and a moment longer. */
const AT_WORK = 6
const FILE = resolve(import.meta.dirname, '../apps/blender/scenes/light.blend')
const MAIN = resolve(import.meta.dirname, '../packages/node/src/main.ts')

let grid: Grid
let lender: GolemNode
let start: DaemonStart
let last: ChildProcess | null = null
beforeAll(async () => {
  grid = await startGrid({ providers: 0 })
  const home = join(grid.folder, 'lender')
  const listen = ['/ip4/127.0.0.1/tcp/0']
  start = { home, dev: true, devDir: join(grid.folder, 'chain'), mdns: false, listen, provide: true, cores: 2 }
  lender = golemNode(home, { upArgs: [] })
  // Work without end: whenever the lender lives long enough, it gets some.
  const heavy = ['--frames', '1-2', '--samples', '1000000', '--budget', '500', '--deadline', '1h']
  grid.requestor
    .begin(['render', FILE, ...heavy, '--out', join(grid.folder, 'out'), '--yes', '--offer-timeout', '1h'])
    .done.catch(() => {})
})
afterAll(async () => {
  last?.kill('SIGKILL')
  await lender?.down().catch(() => {})
  await grid?.stop()
})

/** A daemon as `golem up` starts it, whose pid is known before it answers. */
function begin(): ChildProcess & { pid: number } {
  const child = spawn(process.execPath, [MAIN, JSON.stringify({ ...start, priority: 'normal' })], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  last = child
  if (child.pid === undefined) throw new Error('the daemon did not start')
  return child as ChildProcess & { pid: number }
}

const isAtWork = async (): Promise<boolean> => {
  const { provider } = await lender.client.status()
  return provider.activities.some(({ running }) => running > 0)
}

/** All that a sandbox needs of the disk lies in these. */
async function leftovers(): Promise<string[]> {
  const found: string[] = []
  for (const folder of ['sandbox/runs', 'work/programs', 'work/provider/inputs', 'work/provider/outputs']) {
    for (const name of await readdir(join(start.home, folder)).catch(() => [])) found.push(`${folder}/${name}`)
  }
  return found
}

it(`a daemon killed ${KILLS} times at random leaves nothing of its sandboxes behind its next start`, {
  timeout: 600_000,
}, async () => {
  const killed: number[] = []
  const moments: string[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = begin()
    const lifeMs = Math.random() * LIFE_MS
    if (kill % Math.floor(KILLS / AT_WORK) === 3) {
      await until('the lender at work', () => isAtWork().catch(() => false), 120_000)
      await sleep(lifeMs / 5)
      moments.push('at work')
    } else {
      await sleep(lifeMs)
      moments.push(`${Math.round(lifeMs)} ms`)
    }
    process.kill(child.pid, 'SIGKILL')
    await untilGone(child.pid)
    killed.push(child.pid)
  }
  const child = begin()
  await until(
    'the lender up again',
    () =>
      lender.client.status().then(
        () => true,
        () => false,
      ),
    120_000,
  )
  expect([await groupsOf(killed), moments.join()]).toEqual([[], moments.join()])
  // What runs there is this daemon's own: its sandboxes are named after it.
  const runs = await readdir(join(start.home, 'sandbox/runs'))
  expect(runs.filter((name) => !name.includes(`-${child.pid}-`))).toEqual([])

  const gone = until('its end', async () => (child.exitCode ?? child.signalCode) !== null, 60_000)
  await lender.client.shutdown()
  await gone
  await until('nothing that has to do with it', async () => (await processesOn(start.home)).length === 0, 30_000)
  expect(await mountsOn(start.home)).toEqual([])
  expect(await groupsOf([...killed, child.pid])).toEqual([])
  expect(await leftovers()).toEqual([])
})
