import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Acted, BlacklistView, History, Job, RegistryView, Wallet } from '@golem/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GolemNode, type Grid, startGrid } from './src/index.ts'

const PROBE = resolve(import.meta.dirname, '../packages/sandbox/test/wasm/modules/probe.wasm')

let grid: Grid
let requestor: GolemNode
let provider: GolemNode
let address: string
let reason: string
beforeAll(async () => {
  grid = await startGrid({ providers: 1 })
  requestor = grid.requestor
  provider = grid.providers[0] as GolemNode
  address = (await requestor.client.wallet()).address
  reason = join(grid.folder, 'reason.md')
  await writeFile(reason, 'It was looked at.')
})
afterAll(() => grid?.stop())

let jobs = 0
/** A small job, to its end. */
async function run(offerTimeoutMs: number): Promise<Job> {
  const { client } = requestor
  jobs += 1
  const { id } = await client.createJob({
    app: 'map',
    parameters: { module: PROBE, count: 2, args: ['fill', '/out/made'], check: 1 },
    outDir: join(grid.folder, `out-${jobs}`),
    budgetWei: null,
    deadlineMs: 3_600_000,
    confirm: false,
    offerTimeoutMs,
  })
  for await (const { job } of client.watchJob(id, { signal: AbortSignal.timeout(120_000) })) {
    if (job.finishedAtMs !== null) return job
  }
  throw new Error('The job did not end.')
}
/** Long enough for an offer on a busy machine. */
const SERVED_MS = 60_000
/** Long enough to be asked several times. */
const UNSERVED_MS = 8_000

test('money moves as a person says, after its gas was shown, and the history tells what for', async () => {
  const asked = await requestor.golem(['wallet', 'deposit', '5'])
  expect([asked.code, asked.stderr]).toEqual([
    2,
    expect.stringMatching(/Moves 5 GLM .*Gas: about 0\.\d+ ETH.*say --yes/s),
  ])
  await requestor.json<Acted>(['wallet', 'deposit', '5', '--yes'])
  await requestor.json<Acted>(['wallet', 'withdraw', '2', '--yes'])
  const to = (await provider.client.wallet()).address
  await requestor.json<Acted>(['wallet', 'send', '1', to, '--yes'])
  const wallet = await requestor.json<Wallet & { history: History['entries'] }>(['wallet'])
  expect(wallet).toMatchObject({ walletWei: `996${'0'.repeat(18)}`, freeWei: `3${'0'.repeat(18)}` })
  expect(wallet.history.map(({ what, why, state }) => [what, why, state])).toEqual([
    ['send', `to ${to}`, 'mined'],
    ['withdraw', 'by hand', 'mined'],
    ['deposit', 'by hand', 'mined'],
  ])
  expect((await provider.client.wallet()).walletWei).toBe(`1001${'0'.repeat(18)}`)

  const job = await run(SERVED_MS)
  expect(job).toMatchObject({ state: 'done', problem: null })
  const { entries } = await requestor.json<History>(['wallet', 'history'])
  // What the job's end pays may come after it.
  expect(entries).toContainEqual(expect.objectContaining({ what: 'lock', why: `job ${job.id}`, state: 'mined' }))
})

test('a provider runs what its validators certified, and nothing else', async () => {
  const nobody = `0x${'7a'.repeat(20)}`
  await provider.json(['policy', 'set', 'validators', nobody])
  await provider.json(['policy', 'set', 'run', 'certified'])
  expect(await run(UNSERVED_MS)).toMatchObject({ state: 'failed', spentWei: '0' })

  await requestor.json<Acted>(['registry', 'publish', 'map', '--yes'])
  await requestor.json<Acted>(['registry', 'certify', 'map', '--reason', reason, '--yes'])
  await provider.json(['policy', 'set', 'validators', address])
  // By its id: the provider did not publish it.
  const { applications } = await provider.json<RegistryView>(['registry', 'show'])
  const [{ id } = { id: '' }] = applications
  expect((await provider.json<RegistryView>(['registry', 'show', id])).applications).toMatchObject([
    { name: 'map', author: address, statements: [{ validator: address, verdict: 'certified' }] },
  ])
  expect(await run(SERVED_MS)).toMatchObject({ state: 'done', problem: null })
  await provider.json(['policy', 'set', 'run', 'any'])
})

test('whom a followed list names is not worked with, by either side, until lists only warn', async () => {
  const other = (await provider.client.wallet()).address
  // Otherwise an entry acts after a day, within which it can be answered.
  for (const node of [requestor, provider]) await node.json(['policy', 'set', 'blacklist.appeal', '1ms'])
  await requestor.json<Acted>(['blacklist', 'add', 'provider', other, '--evidence', reason, '--days', '30', '--yes'])
  expect(await requestor.json<BlacklistView>(['blacklist', 'follow', address])).toMatchObject({
    ...{ mode: 'auto', following: [{ owner: address, entries: 1, problem: null }] },
  })
  expect(await run(UNSERVED_MS)).toMatchObject({ state: 'failed', spentWei: '0' })
  await provider.json<Acted>(['blacklist', 'appeal', address, 'provider', other, '--statement', reason, '--yes'])
  expect((await requestor.client.list(address)).entries).toMatchObject([
    { subject: other, appeal: expect.stringMatching(/^baf/) },
  ])
  await requestor.json<BlacklistView>(['blacklist', 'mode', 'warn'])
  expect(await run(SERVED_MS)).toMatchObject({ state: 'done', problem: null })

  await provider.json<Acted>(['blacklist', 'add', 'requestor', address, '--evidence', reason, '--yes'])
  await provider.json<BlacklistView>(['blacklist', 'follow', other])
  expect(await run(UNSERVED_MS)).toMatchObject({ state: 'failed', spentWei: '0' })
  await provider.json<BlacklistView>(['blacklist', 'follow', other, '--stop'])
  expect(await run(SERVED_MS)).toMatchObject({ state: 'done', problem: null })
})

test('the token of a development chain comes from a crowdfunding that has succeeded', async () => {
  expect(await requestor.client.crowdfund()).toMatchObject({ state: 'success', isFinalized: true, contributedWei: '0' })
  const refused = await requestor.golem(['crowdfund', 'contribute', '1', '--yes'])
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining('The crowdfunding takes nothing at present.'),
  ])
})
