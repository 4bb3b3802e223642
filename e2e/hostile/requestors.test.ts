import { join, resolve } from 'node:path'
import type { JobDetail, Rerun, Status, TrustDetail } from '@golem/api'
import { formatGlm } from '@golem/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { GolemNode } from '../src/golem-node.ts'
import { REQUESTORS } from '../src/hostile/requestor-strategies.ts'
import { type Grid, startGrid } from '../src/index.ts'
import { until } from '../src/until.ts'
import { walletOf } from '../src/wallet-of.ts'

// Each strategy of requestors on real nodes, once, against a provider that is honest. What it costs is for simulated markets.

const PROBE = resolve(import.meta.dirname, '../../packages/sandbox/test/wasm/modules/probe.wasm')
const COUNT = 100
const PATIENCE_MS = 240_000
/** GLM: a part of what a job here is worth, so that whoever is not bounded by it loses more. */
const UNPAID = '0.0000002'

let grid: Grid
let provider: GolemNode
let hostile: ReadonlyMap<string, GolemNode>
beforeAll(async () => {
  grid = await startGrid({ providers: 1, unpaid: UNPAID })
  provider = grid.providers[0] as GolemNode
  hostile = (await grid.addHostile(Object.keys(REQUESTORS), { lends: false })).nodes
}, PATIENCE_MS)
afterAll(() => grid?.stop())

const of = (name: string) => hostile.get(name) as GolemNode
const addressOf = async ({ client }: GolemNode) => (await client.status()).address
let jobs = 0
async function order({ client }: GolemNode, args = ['environment']): Promise<() => Promise<JobDetail>> {
  const { id } = await client.createJob({
    app: 'map',
    parameters: { module: PROBE, args, count: COUNT, check: 1 },
    outDir: join(grid.folder, `out-${jobs++}`),
    budgetWei: null,
    deadlineMs: 3_600_000,
    confirm: false,
    offerTimeoutMs: 20_000,
  })
  return () => client.job(id)
}
const known = async (name: string) => provider.json<TrustDetail>(['trust', 'show', await addressOf(of(name))])
const unpaid = (name: string) =>
  until(
    `${name} is noted as unpaid`,
    async () => {
      const { facts } = await known(name)
      const lost = facts.filter(({ kind }) => kind === 'unpaid')
      return lost.length === 0 ? null : { lost, paidWei: sumOf(facts.filter(({ kind }) => kind === 'accepted')) }
    },
    PATIENCE_MS,
  )

const sumOf = (facts: readonly { valueWei: string }[]): bigint =>
  facts.reduce((sum, { valueWei }) => sum + BigInt(valueWei), 0n)

/** Or one subtask, where that alone costs more. */
const isWithin = (lost: readonly { valueWei: string; count: number }[], mostWei: bigint): boolean =>
  sumOf(lost) <= mostWei || lost.reduce((sum, { count }) => sum + count, 0) === 1

const mostOfNewWei = async () => BigInt((await provider.client.status()).provider.unpaid?.newWei ?? 0)

/** Whoever asks again. */
async function expectUnserved(name: string): Promise<void> {
  const again = await order(of(name))
  const { subtasks, spentWei } = await until(
    `${name} is not served`,
    async () => {
      const now = await again()
      return now.finishedAtMs === null && !now.providers.some(({ state }) => state === 'excluded') ? null : now
    },
    PATIENCE_MS,
  )
  expect([name, subtasks.accepted, spentWei]).toEqual([name, 0, '0'])
}

it('whoever takes work and does not pay, or rejects what is right, has so much of it as a new key can leave unpaid, and once', {
  timeout: PATIENCE_MS,
}, async () => {
  const names = [
    'does not pay',
    'drive-by',
    'drive-by, with its next key',
    'pays until trusted',
    'rejects good work',
  ] as const satisfies (keyof typeof REQUESTORS)[]
  await Promise.all(names.map((name) => order(of(name))))
  const mostWei = await mostOfNewWei()
  for (const name of names) {
    const { lost, paidWei } = await unpaid(name)
    const count = lost.reduce((sum, each) => sum + each.count, 0)
    console.info(`${name}: ${count} subtasks, ${sumOf(lost)} of ${mostWei} left unpaid`)
    for (const times of name === 'pays until trusted' ? lost.map((once) => [once]) : [lost])
      expect([name, isWithin(times, mostWei)]).toEqual([name, true])
    // Who has paid for more than it left is served again, and can leave as much again; nobody else.
    const dearestWei = lost.map((once) => sumOf([once])).reduce((most, wei) => (wei > most ? wei : most))
    expect([name, sumOf(lost) - dearestWei <= paidWei]).toEqual([name, true])
  }
  await Promise.all(names.filter((name) => name !== 'pays until trusted').map(expectUnserved))
})

it.each(['replays vouchers', 'overdraws', 'biased randomness'] as const)(
  'is left at once, and not served again: %s',
  { timeout: PATIENCE_MS },
  async (name) => {
    const job = await order(of(name))
    await until('the provider left', async () => (await job()).providers.some(({ state }) => state !== 'working'))
    await expectUnserved(name)
  },
)

it('whoever rejects with false evidence is found out by whom it rejects, who does the same again', async () => {
  await order(of('rejects with false evidence'))
  const by = await addressOf(of('rejects with false evidence'))
  const told = await until(
    'the rejection is told',
    async () =>
      (await provider.client.status()).rejections.find(({ peer }: Status['rejections'][number]) => peer === by),
    PATIENCE_MS,
  )
  const again = await provider.json<Rerun>(['trust', 'rerun', told.verdict ?? ''])
  expect(again).toMatchObject({ judge: by, isSame: false, said: { accepted: false }, found: { accepted: true } })
})

it('whoever pays for two of three can leave one that may be bad luck, and one more, and is not served again', {
  timeout: PATIENCE_MS,
}, async () => {
  const name = 'pays for most'
  for (const _ of [1, 2]) {
    const job = await order(of(name))
    // Of the third it says nothing, and gets no more while that is open: what it has handed out waits, to be called off.
    const { id } = await until('two are paid, one is left, and more is handed out', async () => {
      const now = await job()
      return now.subtasks.accepted < 3 || now.subtasks.running === 0 ? null : now
    })
    await of(name).client.cancelJob(id)
  }
  const { lost, paidWei } = await unpaid(name)
  console.info(`${name}: ${sumOf(lost)} counted, ${paidWei} paid`)
  expect([isWithin(lost, await mostOfNewWei()), paidWei > 0n]).toEqual([true, true])
  await expectUnserved(name)
})

it('whoever reveals no seed has paid for all that it could not look at', async () => {
  const job = await order(of('hides seeds'))
  const done = await until('the job has ended', async () => {
    const now = await job()
    return now.finishedAtMs === null ? null : now
  })
  expect(done).toMatchObject({ state: 'done', subtasks: { accepted: COUNT } })
  expect((await known('hides seeds')).facts.filter(({ kind }) => kind === 'unpaid')).toEqual([])
})

it('whoever reveals nothing and pays nothing can do so once more, as if another had been faster, and is not served again', {
  timeout: PATIENCE_MS,
}, async () => {
  const name = 'hides seeds, and does not pay'
  for (const _ of [1, 2]) {
    const job = await order(of(name))
    await until('its provider is left', async () => (await job()).providers.some(({ state }) => state !== 'working'))
  }
  const { lost, paidWei } = await unpaid(name)
  expect([isWithin(lost, await mostOfNewWei()), paidWei]).toEqual([true, 0n])
  await expectUnserved(name)
})

it('whose input breaks the program that computes it harms nobody: the next one is served', async () => {
  const job = await order(of('malicious input'), ['deep'])
  await until('it was computed', async () => {
    const { rejections, failures } = await job()
    return rejections.length + failures.length > 0
  })
  const next = await order(grid.requestor)
  const done = await until('the next job is done', async () => {
    const now = await next()
    return now.finishedAtMs === null ? null : now
  })
  expect(done).toMatchObject({ state: 'done', subtasks: { accepted: COUNT } })
})

it('a framing job answers by no processor and no clock: the same comes out everywhere, and nobody is rejected', async () => {
  await grid.addHostile(['honest'], { lends: true })
  const job = await order(grid.requestor, ['random'])
  const done = await until('the job has ended', async () => {
    const now = await job()
    return now.finishedAtMs === null ? null : now
  })
  expect(done).toMatchObject({ state: 'done', subtasks: { accepted: COUNT }, rejections: [] })
})

it('what is locked for providers cannot be withdrawn', async () => {
  const job = await order(grid.requestor)
  await until('money is locked', async () => BigInt((await walletOf(grid.requestor)).lockedWei) > 0n)
  await until('the job has ended', async () => (await job()).finishedAtMs !== null)
  const { freeWei, lockedWei } = await walletOf(grid.requestor)
  // As much as there is, if what is locked counted by half.
  const tooMuch = formatGlm(BigInt(freeWei) + BigInt(lockedWei) / 2n, 18)
  const early = await grid.requestor.golem(['wallet', 'withdraw', tooMuch, '--yes'])
  expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('free')])
})
