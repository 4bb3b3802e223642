import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job, JobDetail, Status } from '@golem/api'
import { type Address, parseGlm } from '@golem/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openLedger, totalOf } from './demo/ledger.ts'
import { differingValues } from './src/compare-pictures.ts'
import type { GolemNode, RunningCli } from './src/golem-node.ts'
import { readJobLog } from './src/job-log.ts'
import { makeScenes } from './src/make-scenes.ts'
import { isAlive, processesOn, untilGone } from './src/processes.ts'
import { renderAlone } from './src/render-alone.ts'
import { type Grid, startGrid } from './src/start-grid.ts'
import { until } from './src/until.ts'
import { walletOf } from './src/wallet-of.ts'

let grid: Grid
let scenes: Awaited<ReturnType<typeof makeScenes>>
let alone: string
beforeAll(async () => {
  grid = await startGrid({ providers: 2 })
  scenes = await makeScenes(join(grid.folder, 'scenes'))
  alone = join(grid.folder, 'alone')
  await renderAlone(scenes.moving, [1, 2, 3, 4], { folder: alone, change: `scene.cycles.samples = ${SAMPLES}` })
})
afterAll(() => grid?.stop())

/** So many that half a frame takes the better part of a second. */
const SAMPLES = 250

type Begun = { running: RunningCli; id: string; folder: string }

/** Eight halves of four frames. */
async function beginJob(name: string, args: readonly string[] = []): Promise<Begun> {
  const { client } = grid.requestor
  const known = new Set((await client.jobs()).map(({ id }) => id))
  const folder = join(grid.folder, name)
  const running = grid.requestor.begin([
    ...['render', scenes.moving, '--frames', '1-4', '--tiles', '1x2', '--samples', `${SAMPLES}`],
    ...['--yes', '--json', '--out', folder, ...args],
  ])
  const job = await until('the job', async () => (await client.jobs()).find(({ id }) => !known.has(id)))
  return { running, id: job.id, folder }
}

const untilJob = (id: string, what: string, holds: (job: JobDetail) => boolean) =>
  until(what, async () => {
    const job = await grid.requestor.client.job(id)
    return holds(job) && job
  })

const addressOf = async (node: GolemNode) => (await node.json<Status>(['status'])).address

async function expectExact(folder: string): Promise<void> {
  const names = await readdir(alone)
  expect((await readdir(folder)).sort()).toEqual(names.sort())
  for (const name of names)
    expect([name, await differingValues(join(folder, name), join(alone, name))]).toEqual([name, 0])
}

/** Every part accepted once and paid once, at its price. */
function expectPaidOnce(job: JobDetail): void {
  const worthWei = job.list.reduce((sum, { priceWei }) => sum + BigInt(priceWei), 0n)
  const earnedWei = job.providers.reduce((sum, provider) => sum + BigInt(provider.earnedWei), 0n)
  expect([BigInt(job.spentWei), earnedWei]).toEqual([worthWei, worthWei])
  expect(job.providers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(job.list.length)
}

it('a provider killed in mid-frame: others do its work, and its vouchers stay good', async () => {
  const [victim, rescuer] = grid.providers as [GolemNode, GolemNode]
  const [address, other] = [await addressOf(victim), await addressOf(rescuer)]
  // The agreement ends with the job's deadline, and then the provider redeems by itself, whoever else is there.
  const { running, id, folder } = await beginJob('provider-killed', ['--deadline', '45s'])
  // What it holds: an acceptance under way in this moment may not have reached it.
  const held = await until(
    'a voucher in its store',
    async () => BigInt((await victim.client.wallet()).earnedWei) || null,
  )
  await untilJob(id, 'a part in its work', (job) =>
    job.providers.some((provider) => provider.address === address && provider.state === 'working'),
  )
  await victim.kill()
  const { list } = await grid.requestor.client.job(id)
  const inHand = list.filter(({ state, provider }) => state === 'running' && provider === address)
  expect(inHand).not.toEqual([])
  const run = await running.done
  expect([run.code, run.stderr]).toMatchObject([0, expect.any(String)])
  const job = JSON.parse(run.stdout) as JobDetail
  // By the other: given up after its silence, or doubled by who had a core free before that.
  for (const part of inHand) expect(job.list).toContainEqual(expect.objectContaining({ id: part.id, provider: other }))
  await expectExact(folder)
  expectPaidOnce(job)
  await until('its sandboxes to end', async () => (await processesOn(victim.home)).length === 0)

  await victim.up()
  const paidWei = BigInt(job.providers.find((provider) => provider.address === address)?.earnedWei ?? '0')
  const wallet = await walletOf(victim)
  expect(BigInt(wallet.earnedWei)).toBeGreaterThanOrEqual(held)
  expect(BigInt(wallet.earnedWei)).toBeLessThanOrEqual(paidWei)
  expect(BigInt(wallet.owedToMeWei) + BigInt(wallet.freeWei)).toBe(BigInt(wallet.earnedWei))
})

it("the requestor's daemon killed in mid-job: after a restart the job goes on, nothing is rendered or paid again", async () => {
  const { running, id, folder } = await beginJob('requestor-killed')
  const seen = await untilJob(id, 'three accepted parts', (job) => job.subtasks.accepted >= 3)
  await grid.requestor.kill()
  const before = (await readJobLog(grid.requestor.home, id)).length
  await grid.requestor.up()
  // The command that began it has waited, and sees the end.
  const run = await running.done
  expect([run.code, run.stderr]).toMatchObject([0, expect.any(String)])
  const job = JSON.parse(run.stdout) as JobDetail
  expect(job).toMatchObject({ state: 'done', problem: null })
  for (const part of seen.list.filter(({ state }) => state === 'accepted')) expect(job.list).toContainEqual(part)
  const later = (await readJobLog(grid.requestor.home, id)).slice(before)
  const done = new Set(seen.list.filter(({ state }) => state === 'accepted').map((part) => part.id))
  const assigned = later.filter(({ type }) => type === 'assigned').map(({ subtask }) => subtask)
  expect(assigned.filter((subtask) => done.has(subtask ?? ''))).toEqual([])
  expectPaidOnce(job)
  await expectExact(folder)
})

it('everything killed, the chain too: jobs and balances are as they were, and the job goes on', async () => {
  const nodes = [grid.requestor, ...grid.providers]
  const { running, id, folder } = await beginJob('all-killed')
  await untilJob(id, 'three accepted parts', (job) => job.subtasks.accepted >= 3)
  const chain = JSON.parse(await readFile(join(grid.folder, 'chain', 'chain.json'), 'utf8'))
  const jobsBefore = await grid.requestor.json<Job[]>(['jobs'])
  running.child.kill('SIGKILL')
  await Promise.all(nodes.map((node) => node.kill()))
  for (const pid of [chain.keeperPid, chain.anvilPid]) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  await Promise.all([chain.keeperPid, chain.anvilPid].map(untilGone))
  await until('the sandboxes to end', async () => (await processesOn(grid.folder)).length === 0)

  await grid.requestor.up()
  await Promise.all(grid.providers.map((node) => node.up()))
  const jobs = await grid.requestor.json<Job[]>(['jobs'])
  expect(jobs.map((job) => job.id)).toEqual(jobsBefore.map((job) => job.id))
  const job = await untilJob(id, 'the end of the job', ({ finishedAtMs }) => finishedAtMs !== null)
  expect(job).toMatchObject({ state: 'done', problem: null })
  expectPaidOnce(job)
  await expectExact(folder)
})

it('a provider that has a scene does not fetch it again', async () => {
  const [provider, idle] = grid.providers as [GolemNode, GolemNode]
  await idle.down()
  const out = join(grid.folder, 'wallpaper')
  const render = (frame: number) =>
    grid.requestor.json(['render', scenes.wallpaper, '--frames', `${frame}`, '--yes', '--out', out])
  const start = await bytesRead(provider)
  await render(1)
  const once = await bytesRead(provider)
  await render(2)
  const twice = await bytesRead(provider)
  // It reads its own copy for either job, and from the network for the first alone.
  expect(once - start - (twice - once)).toBeGreaterThan(0.9 * scenes.wallpaperBytes)
})

it('whatever was killed, all that was earned is redeemed in the end, and no money is lost or made', async () => {
  const [provider, other] = grid.providers as [GolemNode, GolemNode]
  await other.up()
  const ledger = await openLedger(join(grid.folder, 'chain'))
  try {
    let worthWei = 0n
    for (const node of grid.providers) {
      const wallet = await until('everything redeemed', async () => {
        const wallet = await walletOf(node)
        return wallet.owedToMeWei === '0' && wallet
      })
      expect(wallet.freeWei).toBe(wallet.earnedWei)
      worthWei += totalOf(await ledger.holdings(wallet.address as Address))
    }
    const spender = await walletOf(grid.requestor)
    const held = await ledger.holdings(spender.address as Address)
    expect(held).toMatchObject({ freeWei: BigInt(spender.freeWei), lockedWei: BigInt(spender.lockedWei) })
    expect(worthWei + totalOf(held)).toBe(3n * parseGlm('1000'))
    expect(await walletOf(provider)).not.toMatchObject({ earnedWei: '0' })
  } finally {
    await ledger.leave()
  }
})

/** All that a daemon has read, from sockets and files. */
async function bytesRead(node: GolemNode): Promise<number> {
  const counters = await readFile(`/proc/${await node.pid()}/io`, 'utf8')
  return Number(/^rchar: (\d+)$/m.exec(counters)?.[1])
}
