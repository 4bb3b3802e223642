import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobDetail, LendingView } from '@golem/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GolemNode, golemNode } from './src/golem-node.ts'
import { makeScenes } from './src/make-scenes.ts'
import { processesOn } from './src/processes.ts'
import { type Grid, startGrid } from './src/start-grid.ts'
import { until } from './src/until.ts'

let grid: Grid
let lender: GolemNode
let scene: string
beforeAll(async () => {
  grid = await startGrid({ providers: 1 })
  lender = grid.providers[0] as GolemNode
  scene = (await makeScenes(join(grid.folder, 'scenes'))).moving
})
afterAll(() => grid?.stop())

const provide = (node: GolemNode, ...args: string[]) => node.json<LendingView>(['provide', ...args])

/** CPU time of the Blenders in a node's sandboxes, in the kernel's ticks. */
async function renderTicks(node: GolemNode): Promise<number> {
  const blenders = (await processesOn(node.home)).filter(({ command }) => /(^|\/)blender /.test(command))
  let ticks = 0
  for (const { pid } of blenders) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  }
  return ticks
}

describe('a machine that is needed by its owner', () => {
  it('stands still for a pause, is blamed for nothing, and goes on with the same frame', async () => {
    const { client } = grid.requestor
    const args = ['--frames', '1-2', '--samples', '400', '--yes', '--json', '--out', join(grid.folder, 'paused')]
    const running = grid.requestor.begin(['render', scene, ...args])
    await until('the lender at work', async () => (await renderTicks(lender)) > 0 && (await isAtWork(lender)))

    const paused = await provide(lender, '--pause', '1h')
    expect(paused.now).toMatchObject({ state: 'paused', gate: 'frozen', untilMs: expect.any(Number) })
    const frozenAt = await renderTicks(lender)
    await sleep(500)
    // A tick may still be on its way into the books.
    expect((await renderTicks(lender)) - frozenAt).toBeLessThanOrEqual(1)
    const [job] = await client.jobs()
    await until('the job to say why', async () => (await client.job(job?.id ?? '')).waiting?.includes('no work'))

    const resumed = await provide(lender, '--resume')
    expect(resumed.now).toMatchObject({ state: 'open', gate: 'open' })
    const run = await running.done
    expect([run.code, run.stderr]).toMatchObject([0, expect.any(String)])
    const done = JSON.parse(run.stdout) as JobDetail
    expect(done).toMatchObject({ state: 'done', problem: null, rejections: [] })
    expect(done.providers).toMatchObject([{ rejected: 0 }])
  })

  it('gives its work back when it lends no more, ends its programs, and others finish the job', async () => {
    const { client } = grid.requestor
    const args = ['--frames', '1-2', '--samples', '400', '--yes', '--json', '--out', join(grid.folder, 'off')]
    const running = grid.requestor.begin(['render', scene, ...args])
    await until('the lender at work', () => isAtWork(lender))
    const off = await provide(lender, '--off')
    expect(off.provider).toMatchObject({ state: 'off' })
    await until('its programs to end', async () => (await processesOn(join(lender.home, 'work/programs'))).length === 0)
    await until('the job to be with nobody', async () => {
      const [job] = await client.jobs()
      return (await client.job(job?.id ?? '')).subtasks.running === 0
    })
    expect((await provide(lender)).now).toMatchObject({ state: 'open' })
    const run = await running.done
    expect([run.code, run.stderr]).toMatchObject([0, expect.any(String)])
    expect(JSON.parse(run.stdout)).toMatchObject({ state: 'done', problem: null, rejections: [] })
  })
})

it('a running daemon begins to lend, and remembers over restarts how, and that it does not any more', async () => {
  const upArgs = ['--dev', '--dev-dir', join(grid.folder, 'chain'), '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
  const node = golemNode(join(grid.folder, 'newcomer'), { upArgs })
  await node.up()
  try {
    expect((await provide(node, 'show')).now).toBeNull()
    const said = ['--cores', '2', '--memory', '4GiB', '--disk', '20GiB', '--price', '0.05/core-hour']
    const begun = await provide(node, ...said, '--when', 'schedule', '--schedule', 'sun-sat', '--priority', 'normal')
    expect(begun).toMatchObject({ now: { state: 'open' }, provider: { state: 'idle', cores: 2 } })
    await node.kill()
    await node.up()
    const again = await provide(node, 'show')
    expect(again.settings).toEqual(begun.settings)
    expect(again.provider).toMatchObject({ state: 'idle', cores: 2, pricePerCoreHourWei: '50000000000000000' })

    const wrong = await node.golem(['provide', '--schedule', 'someday'])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('"someday" is neither days nor hours')])
    await provide(node, '--off')
    await node.down()
    await node.up()
    expect((await provide(node, 'show')).now).toMatchObject({ state: 'off' })
  } finally {
    await node.kill()
  }
})

const isAtWork = async (node: GolemNode): Promise<boolean> =>
  (await node.client.status()).provider.activities.some(({ running }) => running > 0)
