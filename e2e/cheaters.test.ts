import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Acted, Admission, DisputesView, History, JobDetail, Rerun, Status, TrustDetail } from '@golem/api'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Cheat } from './src/cheats.ts'
import { differingValues } from './src/compare-pictures.ts'
import type { GolemNode } from './src/golem-node.ts'
import { readJobLog } from './src/job-log.ts'
import { makeScenes } from './src/make-scenes.ts'
import { renderAlone } from './src/render-alone.ts'
import { type Grid, startGrid } from './src/start-grid.ts'
import { until } from './src/until.ts'
import { walletOf } from './src/wallet-of.ts'

let grid: Grid
let scenes: Awaited<ReturnType<typeof makeScenes>>
beforeAll(async () => {
  grid = await startGrid({ providers: 1 })
  scenes = await makeScenes(join(grid.folder, 'scenes'))
})
afterAll(() => grid?.stop())
const started: GolemNode[] = []
afterEach(() => Promise.all(started.splice(0).map((node) => node.down())))

async function start(kind: Cheat): Promise<GolemNode> {
  const node = await grid.addCheater(kind)
  started.push(node)
  return node
}

const addressOf = async (node: GolemNode) => (await node.json<Status>(['status'])).address
const frames = Array.from({ length: 6 }, (_, index) => index + 1)

it('a wrong picture, half the samples, another frame, nothing or garbage: each is caught, unpaid, and left out', async () => {
  const kinds = ['wrong-picture', 'half-the-samples', 'another-frame', 'nothing', 'garbage'] as const satisfies Cheat[]
  const cheaters = await Promise.all(kinds.map(start))
  const [honest] = grid.providers as [GolemNode]
  const folder = join(grid.folder, 'caught')
  const args = ['--frames', '1-6', '--tiles', '2x2', '--samples', '32', '--yes', '--out', folder]
  const job = await grid.requestor.json<JobDetail>(['render', scenes.moving, ...args])

  const refusals = { nothing: 'NOT_WHAT_WAS_ASKED', garbage: 'NOT_WHAT_WAS_ASKED' }
  for (const [index, node] of cheaters.entries()) {
    const kind = kinds[index] as (typeof kinds)[number]
    const address = await addressOf(node)
    const code = kind in refusals ? refusals[kind as keyof typeof refusals] : 'PIXELS_DIFFER'
    expect([kind, job.rejections.find(({ provider }) => provider === address)?.code]).toEqual([kind, code])
    const seen = job.providers.find((provider) => provider.address === address)
    expect([kind, seen]).toMatchObject([kind, { state: 'excluded', accepted: 0, earnedWei: '0' }])
    expect([kind, await walletOf(node)]).toMatchObject([kind, { earnedWei: '0', owedToMeWei: '0', freeWei: '0' }])
  }

  // Who is rejected can look at what it should have been.
  const judge = await addressOf(grid.requestor)
  const halving = cheaters[kinds.indexOf('half-the-samples')] as GolemNode
  const { rejections } = await halving.json<TrustDetail>(['trust', 'show', judge])
  expect(rejections).toMatchObject([
    { seed: expect.any(String), verdict: expect.any(String), crop: expect.any(String) },
  ])

  const address = await addressOf(honest)
  expect(job).toMatchObject({ state: 'done', subtasks: { total: 24, accepted: 24 } })
  expect(job.list.map(({ provider }) => provider)).toEqual(job.list.map(() => address))
  expect(job.spentWei).toBe(job.providers.find((provider) => provider.address === address)?.earnedWei)
  const alone = join(grid.folder, 'alone')
  await renderAlone(scenes.moving, frames, { folder: alone, change: 'scene.cycles.samples = 32' })
  expect((await readdir(folder)).sort()).toEqual((await readdir(alone)).sort())
  for (const name of await readdir(alone))
    expect([name, await differingValues(join(folder, name), join(alone, name))]).toEqual([name, 0])
})

it('who paints over a patch alone is caught in one of its deliveries, and paid for none of those that were refused', async () => {
  const cheater = await start('touched-patch')
  const folder = join(grid.folder, 'patched')
  // Tiles of 64x64 pixels, of which crops of 16x16 are looked at: three of five patches show.
  const args = [
    '--frames',
    '1-7',
    '--tiles',
    '2x2',
    '--resolution',
    '128x128',
    '--samples',
    '4',
    '--yes',
    '--out',
    folder,
  ]
  const job = await grid.requestor.json<JobDetail>(['render', scenes.moving, ...args])
  const address = await addressOf(cheater)
  expect(job).toMatchObject({ state: 'done', subtasks: { total: 28, accepted: 28 } })
  const seen = job.providers.find((provider) => provider.address === address)
  expect(seen).toMatchObject({ state: 'excluded' })
  expect(job.rejections.filter(({ provider }) => provider === address).length).toBeGreaterThan(0)
  // Both sides are told in their status, with the verdict that does the check again.
  const told = async (node: GolemNode) => (await node.json<Status>(['status'])).rejections
  const own = (await told(grid.requestor)).find(({ by, peer }) => by === 'self' && peer === address)
  expect(own?.verdict).toMatch(/^baf/)
  const theirs = await until('a rejection that is told', async () => (await told(cheater)).at(0))
  expect(theirs).toMatchObject({ by: 'peer', peer: await addressOf(grid.requestor), doubt: null })
  expect(theirs.verdict).toMatch(/^baf/)
  const accepted = job.list.filter(({ provider }) => provider === address)
  const worthWei = accepted.reduce((sum, { priceWei }) => sum + BigInt(priceWei), 0n)
  expect(BigInt(seen?.earnedWei ?? -1)).toBe(worthWei)

  // What passed before is in the picture: frames without any of it are right.
  const alone = join(grid.folder, 'unpatched')
  const change = 'scene.cycles.samples = 4\nscene.render.resolution_x = scene.render.resolution_y = 128'
  await renderAlone(
    scenes.moving,
    Array.from({ length: 7 }, (_, index) => index + 1),
    { folder: alone, change },
  )
  const spoilt = new Set(accepted.map(({ group }) => group))
  const clean = job.list.map(({ group }) => group).filter((group) => !spoilt.has(group))
  expect(clean.length).toBeGreaterThan(0)
  for (const group of new Set(clean)) {
    const name = `${group.replace('frame-', '').padStart(4, '0')}.png`
    expect([name, await differingValues(join(folder, name), join(alone, name))]).toEqual([name, 0])
  }
})

it('who is honest on an older processor is compared in its class, to the last bit; who rides on the tolerance there is caught', async () => {
  const [older, rider] = await Promise.all([start('older-processor'), start('tolerance-rider')])
  const folder = join(grid.folder, 'classes')
  const args = ['--frames', '1-16', '--tiles', '2x2', '--samples', '64', '--yes', '--out', folder]
  const job = await grid.requestor.json<JobDetail>(['render', scenes.moving, ...args])
  const [honest, cheat] = await Promise.all([addressOf(older), addressOf(rider)])
  expect(job).toMatchObject({ state: 'done', subtasks: { total: 64, accepted: 64 } })
  expect(job.rejections.map(({ provider, code }) => [provider, code])).toEqual([[cheat, 'PIXELS_DIFFER']])
  expect(job.list.some(({ provider }) => provider === honest)).toBe(true)
  for (const { checked } of job.list) expect(checked).toMatch(/equal to the last bit$/)
})

it('who is honest and slow gets less, is not left out, and its last part is done by another', async () => {
  const slow = await start('sluggish')
  const folder = join(grid.folder, 'sluggish')
  const args = ['--frames', '1-4', '--tiles', '2x2', '--samples', '200', '--yes', '--out', folder]
  const job = await grid.requestor.json<JobDetail>(['render', scenes.moving, ...args])
  const address = await addressOf(slow)
  expect(job).toMatchObject({ state: 'done', rejections: [] })
  const shares = job.providers.map((provider) => [provider.address === address, provider.accepted] as const)
  const [slowly = 0, fast = 0] = [true, false].map((is) => shares.find(([isSlow]) => isSlow === is)?.[1] ?? 0)
  expect(slowly).toBeLessThan(fast / 2)
  const log = await readJobLog(grid.requestor.home, job.id)
  const reasons = log.filter(({ type }) => type === 'excluded')
  const { state } = job.providers.find((provider) => provider.address === address) ?? {}
  expect([state, reasons]).toEqual(['finished', expect.any(Array)])
  // Beside the slow one, or in its place.
  const askedOf = (id: string) =>
    new Set(log.flatMap(({ type, subtask, agreement }) => (type === 'assigned' && subtask === id ? [agreement] : [])))
  expect(job.list.filter(({ id, provider }) => provider !== address && askedOf(id).size > 1).length).toBeGreaterThan(0)
})

it('a rejection in a private job is checked again by whom its requestor admits, and by nobody else', async () => {
  const cheater = await start('half-the-samples')
  const [honest] = grid.providers as [GolemNode]
  // So much that both providers get some of it, whoever is hired first.
  const args = ['--frames', '1-16', '--samples', '32', '--private', '--yes', '--out', join(grid.folder, 'private')]
  await grid.requestor.json<JobDetail>(['render', scenes.moving, ...args])
  const { facts } = await grid.requestor.json<TrustDetail>(['trust', 'show', await addressOf(cheater)])
  const verdict = facts.find(({ kind }) => kind === 'rejected')?.evidence ?? 'none'
  const closed = await honest.golem(['trust', 'rerun', verdict])
  expect([closed.code, closed.stderr]).toEqual([1, expect.stringContaining('does not open here')])
  const { peerId } = await honest.json<Status>(['status'])
  const { key } = await grid.requestor.json<Admission>(['trust', 'admit', verdict, peerId])
  const again = await honest.json<Rerun>(['trust', 'rerun', verdict, '--key', key])
  expect(again).toMatchObject({ isSame: true, said: { accepted: false }, found: { accepted: false } })
  const elsewhere = await cheater.golem(['trust', 'rerun', verdict, '--key', key])
  expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining('does not open here')])
})

it('who disputes a rejection has it judged by nodes that do the check again, and can do so itself', {
  timeout: 400_000,
}, async () => {
  const cheater = await start('half-the-samples')
  const [honest] = grid.providers as [GolemNode]
  await grid.requestor.json<Acted>(['stake', 'add', '40', '--yes'])
  await honest.json<Acted>(['stake', 'add', '40', '--yes'])
  await honest.json<Acted>(['stake', 'serve', '--yes'])
  // So much that both providers get some of it, whoever is hired first.
  const args = ['--frames', '1-16', '--samples', '32', '--yes', '--out', join(grid.folder, 'disputed')]
  const job = await grid.requestor.json<JobDetail>(['render', scenes.moving, ...args])
  const address = await addressOf(cheater)
  expect(job.rejections.filter(({ provider }) => provider === address).length).toBeGreaterThan(0)

  const requestor = await addressOf(grid.requestor)
  const show = () => cheater.json<TrustDetail>(['trust', 'show', requestor])
  const verdict = await until('the rejection is known', async () => (await show()).rejections[0]?.verdict ?? null)
  const again = await cheater.json<Rerun>(['trust', 'rerun', verdict])
  expect(again).toMatchObject({ judge: requestor, isSame: true, said: { accepted: false }, found: { accepted: false } })

  await cheater.json<Acted>(['dispute', 'open', verdict, '--yes'])
  // All seats are the honest provider's: it is drawn, does the check again, and commits to a vote.
  await until(
    'the panel has voted',
    async () => {
      const { entries } = await honest.json<History>(['wallet', 'history'])
      return entries.some(({ what, state }) => what === 'commit' && state === 'mined')
    },
    240_000,
  )
  const { disputes } = await honest.json<DisputesView>(['dispute'])
  expect(disputes).toMatchObject([
    { id: 1, accuser: address, accused: requestor, isJuror: true, seats: 3, verdict: null },
  ])
  expect((await show()).sentences.join(' ')).toContain(`Dispute 1: ${address} accuses it; the panel is judging.`)
})
