import { join, resolve } from 'node:path'
import type { Acted, AuditsView, JobDetail, Rerun, Status, TrustDetail } from '@golem/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { GolemNode } from './src/golem-node.ts'
import { type Grid, startGrid } from './src/index.ts'
import { makeScenes } from './src/make-scenes.ts'
import { until } from './src/until.ts'
import { walletOf } from './src/wallet-of.ts'

const PROBE = resolve(import.meta.dirname, '../packages/sandbox/test/wasm/modules/probe.wasm')

let grid: Grid
beforeAll(async () => {
  grid = await startGrid({ providers: 2 })
  for (const node of grid.providers) {
    await node.json<Acted>(['stake', 'add', '40', '--yes'])
    expect(await node.json<AuditsView>(['audit', 'on'])).toMatchObject({ isOn: true, stakeWei: `${40n * 10n ** 18n}` })
  }
})
afterAll(() => grid?.stop())

const addressOf = async (node: GolemNode) => (await node.json<Status>(['status'])).address
const audits = (node: GolemNode) => node.json<AuditsView>(['audit'])
const gotOf = (job: string) =>
  until(
    'the job is audited',
    async () => {
      const got = (await audits(grid.requestor)).got.filter((each) => each.job === job && !each.isPlanted)
      return got.length > 0 ? got : null
    },
    120_000,
  )

it('finished work is audited by nodes that a later block draws, which are paid, and whose verdicts anybody checks again', async () => {
  const { client } = grid.requestor
  const created = await client.createJob({
    app: 'map',
    parameters: { module: PROBE, count: 20, args: ['stdin'] },
    outDir: join(grid.folder, 'mapped'),
    budgetWei: null,
    deadlineMs: 3_600_000,
    confirm: false,
    auditors: 'any',
  })
  const done = await until(
    'the job is done',
    async () => {
      const job = await client.job(created.id)
      return job.finishedAtMs === null ? null : job
    },
    120_000,
  )
  expect(done).toMatchObject({ state: 'done', subtasks: { accepted: 20 } })

  const [got] = await gotOf(created.id)
  expect(got).toMatchObject({ outcome: 'right', words: [{ isAccepted: true, isWrong: false }] })
  const [word] = got?.words ?? []
  const addresses = await Promise.all(grid.providers.map(addressOf))
  const auditor = grid.providers[addresses.indexOf(word?.auditor ?? '')] as GolemNode
  // Nobody audits its own work.
  expect(word?.auditor).not.toBe(got?.provider)
  expect((await audits(auditor)).made).toContainEqual(
    expect.objectContaining({ verdict: word?.verdict, isAccepted: true }),
  )
  await until('the auditor is paid', async () => {
    const { earnedWei } = await walletOf(auditor)
    return BigInt(earnedWei) >= BigInt(word?.feeWei ?? 0) ? true : null
  })
  const again = await grid.requestor.json<Rerun>(['trust', 'rerun', word?.verdict ?? ''])
  expect(again).toMatchObject({ judge: word?.auditor, isSame: true, found: { accepted: true } })
  const { sentences } = await grid.requestor.json<TrustDetail>(['trust', 'show', word?.auditor ?? ''])
  expect(sentences.join(' ')).toContain('As a provider of audits of map')
})

it('what is rejected of a private job is looked at by two, with keys of their own; what may depend on the machine convicts nobody', {
  timeout: 400_000,
}, async () => {
  const scenes = await makeScenes(join(grid.folder, 'scenes'))
  const cheater = await grid.addCheater('half-the-samples')
  // So much that the cheat gets some of it, whoever is hired first.
  const args = [
    '--frames',
    '1-24',
    '--samples',
    '32',
    '--private',
    '--auditors',
    'any',
    '--yes',
    '--out',
    join(grid.folder, 'private'),
  ]
  const job = await grid.requestor.json<JobDetail>(['render', scenes.moving, ...args])
  const provider = await addressOf(cheater)
  expect(job.rejections.map((each) => each.provider)).toContain(provider)
  const got = await gotOf(job.id)
  const rejected = got.find((each) => each.provider === provider)
  expect(rejected).toMatchObject({ outcome: 'withhold' })
  const words = rejected?.words ?? []
  expect(words.map(({ isAccepted, isWrong }) => ({ isAccepted, isWrong }))).toEqual([
    { isAccepted: false, isWrong: false },
    { isAccepted: false, isWrong: false },
  ])
  expect(new Set(words.map(({ auditor }) => auditor)).size).toBe(2)
  const { facts } = await grid.requestor.json<TrustDetail>(['trust', 'show', provider])
  expect(facts.filter(({ kind, isProven }) => kind === 'rejected' && isProven)).toEqual([])
})
