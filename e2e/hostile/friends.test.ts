import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Acted, BlacklistView, JobDetail, TrustDetail } from '@golem/api'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { FRIENDLY } from '../src/hostile/provider-strategies.ts'
import { createStage } from '../src/hostile/stage.ts'
import { type Grid, startGrid } from '../src/index.ts'

// Strategies of whoever has more than one key, or friends, on real nodes, once.

let grid: Grid
beforeAll(async () => {
  grid = await startGrid({ providers: 0 })
})
afterAll(() => grid?.stop())
const { lend, friend, order, clear } = createStage(() => grid)
afterEach(clear)

const by = ({ providers }: JobDetail, address: string | undefined) => providers.find((each) => each.address === address)
const isLeft = (address: string | undefined) => (now: JobDetail) => by(now, address)?.state === 'excluded'

it('whoever comes back with another key is as new as before, is caught with that as well, and has nothing of either', async () => {
  const [first] = (await lend(['whitewash'])).values()
  const { job, done } = await order(grid.requestor, { count: 20 })
  await job('it is caught', isLeft(first))
  const [next] = (await lend(['whitewash, with its next key'])).values()
  await job('it is caught again', isLeft(next))
  await lend(['honest'])
  const now = await done()
  for (const address of [first, next]) expect(by(now, address)).toMatchObject({ accepted: 0, earnedWei: '0' })
})

it('many keys at once are each as new, and each caught', async () => {
  const sybils = [...(await lend(['sybil', 'sybil, again', 'sybil, and again'])).values()]
  const { job, done } = await order(grid.requestor, { count: 20 })
  await job('all are caught', (now) => sybils.every((address) => isLeft(address)(now)))
  await lend(['honest'])
  const now = await done()
  for (const address of sybils) expect(by(now, address)).toMatchObject({ accepted: 0, earnedWei: '0' })
})

it('who was praised by its friends for work that was none is as new to all others', async () => {
  const [trader] = (await lend(['wash trading'])).values()
  const traded = await order(await friend(), { count: FRIENDLY })
  expect(by(await traded.done(), trader)).toMatchObject({ accepted: FRIENDLY })
  const { facts } = await grid.requestor.json<TrustDetail>(['trust', 'show', trader ?? ''])
  expect(facts).toEqual([])
  const { job, done } = await order(grid.requestor, { count: 20 })
  await job('it is caught', isLeft(trader))
  await lend(['honest'])
  expect(by(await done(), trader)).toMatchObject({ accepted: 0, earnedWei: '0' })
})

it('whom others speak badly of can answer for a day, and is hired meanwhile', async () => {
  const [rival] = (await lend(['honest'])).values()
  const bad = await friend()
  const evidence = join(grid.folder, 'badmouthing.md')
  await writeFile(evidence, 'It vanishes with what it is given.')
  await bad.json<Acted>(['blacklist', 'add', 'provider', rival ?? '', '--evidence', evidence, '--yes'])
  const { address } = await bad.client.status()
  expect(await grid.requestor.json<BlacklistView>(['blacklist', 'follow', address])).toMatchObject({
    ...{ mode: 'auto', following: [{ owner: address, entries: 1, problem: null }] },
  })
  const { done } = await order(grid.requestor, { count: 20 })
  expect(by(await done(), rival)).toMatchObject({ accepted: 20 })
  await grid.requestor.json<BlacklistView>(['blacklist', 'follow', address, '--stop'])
})

it('those who agree on the same wrong replica are caught together, and who copies has committed itself too early', async () => {
  const names = ['colludes, one of two', 'colludes, the other', 'copies a neighbour']
  const [one, other, copier] = (await lend(names)).values()
  const check = { kind: 'replicate', agreeing: 2, copies: 3 } as const
  const { job, done } = await order(grid.requestor, { count: 20, check })
  await job('both are left', (now) => [one, other].every((address) => isLeft(address)(now)))
  // Who copies may be all that is left, and is asked to show nothing until somebody computes the same.
  await Promise.all([lend(['honest']), lend(['honest'])])
  await job('the third is left', isLeft(copier))
  const now = await done()
  for (const address of [one, other, copier]) expect(by(now, address)).toMatchObject({ accepted: 0, earnedWei: '0' })
  expect(new Set(now.rejections.map(({ provider }) => provider))).toEqual(new Set([one, other]))
})
