import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { JobDetail } from '@golem/api'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { BOASTERS, CHEATS, IDLERS } from '../src/hostile/provider-strategies.ts'
import { type Grid, type Hostile, startGrid } from '../src/index.ts'
import { until } from '../src/until.ts'

// Each strategy of providers on real nodes, once: what follows for it is shown here, how often that is and what it costs in
// simulated markets (`npm run test:adversaries`).

const PROBE = resolve(import.meta.dirname, '../../packages/sandbox/test/wasm/modules/probe.wasm')
const COUNT = 300
const PATIENCE_MS = 150_000
/** So many are begun with at once. */
const TOGETHER = 5

let grid: Grid
beforeAll(async () => {
  grid = await startGrid({ providers: 0 })
})
afterAll(() => grid?.stop())
const started: Hostile[] = []
afterEach(() => Promise.all(started.splice(0).map((each) => each.stop())))

async function lend(names: readonly string[]) {
  const hostile = await grid.addHostile(names, { lends: true })
  started.push(hostile)
  return hostile.nodes
}

/** They are alone at first; `begin` brings somebody who does what is left. */
async function play(names: readonly string[]) {
  const addresses = new Map<string, string>()
  for (const [name, { client }] of await lend(names)) addresses.set(name, (await client.status()).address)
  const { client } = grid.requestor
  const { id } = await client.createJob({
    app: 'map',
    parameters: { module: PROBE, args: ['environment'], count: COUNT, check: 1 },
    outDir: join(grid.folder, names[0] ?? 'nobody'),
    budgetWei: null,
    deadlineMs: 3_600_000,
    confirm: false,
  })
  const job = (what: string, is: (job: JobDetail) => boolean) =>
    until(
      what,
      async () => {
        const now = await client.job(id)
        if (now.problem !== null) throw new Error(now.problem.message)
        return is(now) ? now : null
      },
      PATIENCE_MS,
    )
  return {
    job,
    of: ({ providers }: JobDetail, name: string) => providers.find(({ address }) => address === addresses.get(name)),
    begin: () => lend(['honest']),
    done: async () => {
      const now = await job('the job is done', ({ finishedAtMs }) => finishedAtMs !== null)
      await expectRight(now)
      return now
    },
  }
}

async function expectRight(job: JobDetail): Promise<void> {
  const results = await Promise.all(job.outputs.sort().map((name) => readFile(join(job.outDir, name), 'utf8')))
  const said = results.join('').trim().split('\n')
  expect(said.map((line) => JSON.parse(line).stdout)).toEqual(
    Array.from({ length: COUNT }, (_, input) => `environment\n${input}\n`),
  )
}

const worthOf = ({ list }: JobDetail, address: string | undefined): string =>
  `${list.reduce((sum, each) => (each.provider === address ? sum + BigInt(each.priceWei) : sum), 0n)}`

const cheats = Object.keys(CHEATS)
const groups = cheats
  .flatMap((_, at) => (at % TOGETHER === 0 ? [cheats.slice(at, at + TOGETHER)] : []))
  .map((names) => ({ names, list: names.join(', ') }))

it.each(groups)(
  'whoever delivers what is wrong is caught, is paid for what was right before, and gets no more: $list',
  async ({ names }) => {
    const { of, job, begin, done } = await play(names)
    await job('all are caught', (now) => names.every((name) => of(now, name)?.state === 'excluded'))
    await begin()
    const now = await done()
    for (const name of names) {
      const its = of(now, name)
      expect([name, its?.state, Number(its?.rejected) > 0, its?.earnedWei]).toEqual([
        name,
        'excluded',
        true,
        worthOf(now, its?.address),
      ])
    }
  },
)

it('whoever takes work and does none has nothing of it, and holds nobody up for long', async () => {
  const names = Object.keys(IDLERS)
  const { of, job, begin, done } = await play(names)
  await job('both are hired', (now) => names.every((name) => of(now, name) !== undefined))
  await begin()
  const now = await done()
  for (const name of names) expect([name, of(now, name)]).toMatchObject([name, { accepted: 0, earnedWei: '0' }])
})

it('whoever says more of itself than is so, or takes the light work alone, is paid as was agreed for what it did', async () => {
  const names = Object.keys(BOASTERS)
  const { of, done, job, begin } = await play(names)
  await job('all have done some', (now) => names.every((name) => Number(of(now, name)?.accepted) > 0))
  await begin()
  const now = await done()
  for (const name of names) {
    const its = of(now, name)
    expect([name, its?.rejected, its?.earnedWei]).toEqual([name, 0, worthOf(now, its?.address)])
    // The price of one is the same for each of them.
    const prices = now.list.flatMap(({ provider, priceWei }) => (provider === its?.address ? [priceWei] : []))
    expect(new Set(prices).size).toBe(1)
  }
})
