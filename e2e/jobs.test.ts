import { readdir, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import type { Job, JobDetail, Status } from '@golem/api'
import { type ApiFile, readApiFile } from '@golem/api/api-file'
import { type Address, formatGlm, parseGlm } from '@golem/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLedger, totalOf } from './demo/ledger.ts'
import { differingValues } from './src/compare-pictures.ts'
import type { GolemNode, RunningCli } from './src/golem-node.ts'
import { type LoggedEvent, readJobLog } from './src/job-log.ts'
import { makeScenes } from './src/make-scenes.ts'
import { groupsOf, mountsOn, processesOn } from './src/processes.ts'
import { renderAlone } from './src/render-alone.ts'
import { type Grid, startGrid } from './src/start-grid.ts'
import { until } from './src/until.ts'
import { walletOf } from './src/wallet-of.ts'

/** So many that half a frame takes a good part of a second. */
const SAMPLES = 240
const FRAMES = [1, 2, 3, 4]

let grid: Grid
let scenes: Awaited<ReturnType<typeof makeScenes>>
let alone: string
beforeAll(async () => {
  grid = await startGrid({ providers: 2 })
  scenes = await makeScenes(join(grid.folder, 'scenes'))
  alone = join(grid.folder, 'alone')
  await renderAlone(scenes.moving, FRAMES, { folder: alone, change: `scene.cycles.samples = ${SAMPLES}` })
})
afterAll(() => grid?.stop())

type Begun = { running: RunningCli; id: string; folder: string }

/** Eight halves of four frames. */
async function beginJob(name: string, args: readonly string[] = []): Promise<Begun> {
  const { client } = grid.requestor
  const folder = join(grid.folder, name)
  const running = grid.requestor.begin(['render', scenes.moving, ...wish, '--json', '--out', folder, ...args])
  const job = await until('the job', async () => (await client.jobs()).find(({ outDir }) => outDir === folder))
  return { running, id: job.id, folder }
}
const wish = ['--frames', '1-4', '--tiles', '1x2', '--samples', `${SAMPLES}`, '--yes']

const untilJob = (id: string, what: string, holds: (job: JobDetail) => boolean) =>
  until(what, async () => {
    const job = await grid.requestor.client.job(id)
    return holds(job) && job
  })

async function expectExact(folder: string, names?: readonly string[]): Promise<void> {
  const wanted = names ?? (await readdir(alone))
  expect((await readdir(folder)).sort()).toEqual([...wanted].sort())
  for (const name of wanted)
    expect([name, await differingValues(join(folder, name), join(alone, name))]).toEqual([name, 0])
}

const addressOf = async (node: GolemNode) => (await node.json<Status>(['status'])).address
const acceptedOf = ({ list }: JobDetail) => list.filter(({ state }) => state === 'accepted')

describe('the interface of the daemon', () => {
  let api: ApiFile
  beforeAll(async () => {
    api = (await readApiFile(grid.requestor.home)) as ApiFile
  })

  const ask = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      request(new URL('/v1/wallet', api.url), { headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      })
        .on('error', reject)
        .end()
    })

  it('lets in whoever holds the token, on loopback, and nobody else', async () => {
    const authorization = `Bearer ${api.token}`
    expect(new URL(api.url).hostname).toBe('127.0.0.1')
    expect(await ask({ authorization })).toBe(200)
    expect(await ask({})).toBe(401)
    expect(await ask({ authorization: `Bearer ${'0'.repeat(64)}` })).toBe(401)
    expect(await ask({ authorization, host: 'golem.example' })).toBe(403)
    expect(await ask({ authorization, origin: 'https://golem.example' })).toBe(403)
  })

  it('keeps token and key in files that only their owner reads', async () => {
    for (const name of ['api.json', 'key']) {
      expect([name, (await stat(join(grid.requestor.home, name))).mode & 0o777]).toEqual([name, 0o600])
    }
  })
})

it('two jobs at once share the providers, and both end', async () => {
  const { client } = grid.requestor
  const folders = ['twin-one', 'twin-two'].map((name) => join(grid.folder, name))
  const parameters = { file: scenes.moving, frames: '1-4', tiles: '1x2', samples: SAMPLES }
  const posted = { app: 'blender', parameters, budgetWei: null, deadlineMs: 600_000, confirm: true }
  const jobs = await Promise.all(folders.map((outDir) => client.createJob({ ...posted, outDir })))
  // Examined one after the other, and begun together: neither has a start over the other.
  for (const { id } of jobs) await untilJob(id, 'its price', ({ state }) => state === 'confirming')
  await Promise.all(jobs.map(({ id }) => client.startJob(id, { budgetWei: null })))
  for (const { id } of jobs) await untilJob(id, 'its end', ({ state }) => state === 'done')
  for (const folder of folders) await expectExact(folder)

  const logs = await Promise.all(jobs.map(({ id }) => readJobLog(grid.requestor.home, id)))
  const times = (log: readonly LoggedEvent[], of: string) =>
    log.filter(({ type }) => type === of).map(({ atMs }) => atMs)
  const begins = logs.map((log) => Math.min(...times(log, 'accepted')))
  const ends = logs.map((log) => Math.max(...times(log, 'accepted')))
  expect(Math.max(...begins), 'both had parts accepted before either had all').toBeLessThan(Math.min(...ends))
})

it('Ctrl-C stops cleanly and keeps what is finished; `golem job ID resume` does the rest', async () => {
  const { running, id, folder } = await beginJob('interrupted')
  await untilJob(id, 'a finished frame', ({ groups }) => groups.done >= 1)
  running.child.kill('SIGINT')
  const run = await running.done
  expect(run.code).toBe(1)
  expect(run.stderr).toMatch(/Stopping\. What is finished is kept in .*interrupted/)
  const stopped = await grid.requestor.client.job(id)
  expect(stopped).toMatchObject({ state: 'cancelled', subtasks: { running: 0 } })
  expect(stopped.groups.done).toBeGreaterThan(0)
  expect(stopped.groups.done).toBeLessThan(FRAMES.length)
  await expectExact(folder, stopped.outputs)

  await grid.requestor.json(['job', id, 'resume'])
  const watched = await grid.requestor.golem(['job', id, 'watch'])
  expect([watched.code, watched.stderr]).toEqual([0, ''])
  const job = await grid.requestor.client.job(id)
  expect(job).toMatchObject({ state: 'done', subtasks: { total: 8, accepted: 8 } })
  for (const part of acceptedOf(stopped)) expect(job.list).toContainEqual(part)
  expect(BigInt(job.spentWei)).toBe(job.list.reduce((sum, { priceWei }) => sum + BigInt(priceWei), 0n))
  await expectExact(folder)
})

it('a job goes on when the command that began it is killed', async () => {
  const { running, id, folder } = await beginJob('orphaned')
  await untilJob(id, 'work under way', ({ subtasks }) => subtasks.running > 0)
  running.child.kill('SIGKILL')
  await running.done
  expect(await untilJob(id, 'the end', ({ finishedAtMs }) => finishedAtMs !== null)).toMatchObject({ state: 'done' })
  await expectExact(folder)
})

it('a budget is never exceeded; more of it finishes the job', async () => {
  const estimate = ['render', scenes.moving, ...wish.slice(0, -1), '--estimate', '--out', join(grid.folder, 'estimate')]
  const { estimateWei } = await grid.requestor.json<{ estimateWei: string }>(estimate)
  const budgetWei = (BigInt(estimateWei) * 6n) / 10n
  const { running, id, folder } = await beginJob('budget', ['--budget', formatGlm(budgetWei, 18)])
  expect((await running.done).code).toBe(1)
  const poor = await grid.requestor.client.job(id)
  expect(poor).toMatchObject({
    state: 'failed',
    budgetWei: `${budgetWei}`,
    problem: { remedy: expect.stringContaining('--budget') },
  })
  expect(BigInt(poor.spentWei)).toBeGreaterThan(0n)
  expect(BigInt(poor.spentWei)).toBeLessThanOrEqual(budgetWei)

  await grid.requestor.json(['job', id, 'resume', '--budget', formatGlm(2n * BigInt(estimateWei), 18)])
  const job = await untilJob(id, 'the end', ({ finishedAtMs }) => finishedAtMs !== null)
  expect(job).toMatchObject({ state: 'done', problem: null })
  for (const part of acceptedOf(poor)) expect(job.list).toContainEqual(part)
  await expectExact(folder)
})

it('no token is made or lost, and providers have in the end what jobs say that they earned', async () => {
  const jobs = await grid.requestor.json<Job[]>(['jobs'])
  const ledger = await openLedger(join(grid.folder, 'chain'))
  try {
    const held = [await ledger.holdings((await walletOf(grid.requestor)).address as Address)]
    for (const node of grid.providers) {
      const { address, earnedWei } = await until('everything redeemed', async () => {
        const wallet = await walletOf(node)
        return wallet.owedToMeWei === '0' && wallet
      })
      const shares = jobs.flatMap(({ providers }) => providers.filter((provider) => provider.address === address))
      expect(BigInt(earnedWei)).toBe(shares.reduce((sum, share) => sum + BigInt(share.earnedWei), 0n))
      const holdings = await ledger.holdings(address as Address)
      expect(holdings).toEqual({ walletWei: parseGlm('1000'), freeWei: BigInt(earnedWei), lockedWei: 0n })
      held.push(holdings)
    }
    held[0] = await ledger.holdings((await walletOf(grid.requestor)).address as Address)
    expect(held.reduce((sum, holdings) => sum + totalOf(holdings), 0n)).toBe(3n * parseGlm('1000'))
    expect(await ledger.escrowedWei()).toBe(held.reduce((sum, { freeWei, lockedWei }) => sum + freeWei + lockedWei, 0n))
  } finally {
    await ledger.leave()
  }
})

it('replicas are computed by two providers each, a cheat among them by a third, and are equal to what Blender alone makes', {
  timeout: 240_000,
}, async () => {
  const cheater = await grid.addCheater('half-the-samples')
  const folder = join(grid.folder, 'replicas')
  const args = ['render', scenes.moving, ...wish, '--check', 'replicate=2/3', '--out', folder]
  const job = await grid.requestor.json<JobDetail>(args)
  expect(job).toMatchObject({ state: 'done', rejections: [] })
  await expectExact(folder)
  const address = await addressOf(cheater)
  await cheater.down()
  for (const tile of new Set(job.list.map(({ label }) => label))) {
    const by = job.list.flatMap(({ label, provider }) => (label === tile ? [provider] : []))
    expect([tile, by.length > 1, new Set(by).size, by.includes(address)]).toEqual([tile, true, by.length, false])
  }
  expect(job.providers.find((each) => each.address === address)).toMatchObject({ accepted: 0, earnedWei: '0' })
})

it('a provider that falls silent is given up, and welcome again when it answers', async () => {
  const [, sleeper] = grid.providers as [GolemNode, GolemNode]
  const { address } = await walletOf(sleeper)
  const pid = (await sleeper.pid()) ?? 0
  const { running, id, folder } = await beginJob('silent')
  await untilJob(id, 'work of the one that falls asleep', ({ providers }) =>
    providers.some((provider) => provider.address === address && provider.state === 'working'),
  )
  process.kill(pid, 'SIGSTOP')
  try {
    const { code, stderr } = await running.done
    expect([code, stderr]).toEqual([0, expect.stringMatching(/provider 0x\S+: silent, /)])
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  await expectExact(folder)

  const again = await beginJob('awake')
  const { code, stdout } = await again.running.done
  expect(code).toBe(0)
  const job = JSON.parse(stdout) as JobDetail
  expect(job.providers.find((provider) => provider.address === address)?.accepted).toBeGreaterThan(0)
})

it('leaves no process, mount or control group behind, neither after an end nor after a kill', async () => {
  const [victim, other] = grid.providers as [GolemNode, GolemNode]
  const nodes = [victim, other, grid.requestor]
  const pids = await Promise.all(nodes.map(async (node) => (await node.pid()) ?? 0))
  const { running, id } = await beginJob('left')
  await untilJob(id, 'work under way', ({ subtasks }) => subtasks.running === 2)
  expect((await groupsOf(pids)).length).toBeGreaterThan(0)
  await Promise.all([victim.kill(), grid.requestor.kill()])
  running.child.kill('SIGKILL')
  await victim.up()
  await grid.requestor.up()
  pids.push(...(await Promise.all(nodes.map(async (node) => (await node.pid()) ?? 0))))
  await untilJob(id, 'work under way again', ({ subtasks }) => subtasks.running > 0)
  await Promise.all(nodes.map((node) => node.down()))
  await until('the last process', async () => (await processesOn(grid.folder)).length === 0)
  expect(await mountsOn(grid.folder)).toEqual([])
  expect(await groupsOf(pids)).toEqual([])
  for (const node of nodes)
    expect([node.home, await readdir(join(node.home, 'sandbox', 'runs'))]).toEqual([node.home, []])
})
