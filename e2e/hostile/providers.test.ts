import type { JobDetail, TrustDetail } from '@golem/api'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { BOASTERS, CHEATS, IDLERS } from '../src/hostile/provider-strategies.ts'
import { createStage } from '../src/hostile/stage.ts'
import { type Grid, startGrid } from '../src/index.ts'

// Each strategy of providers on real nodes, once: what follows for it is shown here, how often that is and what it costs in
// simulated markets (`npm run test:adversaries`).

const COUNT = 300
/** So many are begun with at once. */
const TOGETHER = 5

let grid: Grid
beforeAll(async () => {
  grid = await startGrid({ providers: 0 })
})
afterAll(() => grid?.stop())
const { lend, order, clear } = createStage(() => grid)
afterEach(clear)

/** They are alone at first; `begin` brings somebody who does what is left. */
async function play(names: readonly string[]) {
  const addresses = await lend(names)
  const ordered = await order(grid.requestor, { count: COUNT })
  return {
    ...ordered,
    of: ({ providers }: JobDetail, name: string) => providers.find(({ address }) => address === addresses.get(name)),
    begin: () => lend(['honest']),
  }
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

it('whoever hands over nothing of what it delivered is left at once, as if it had been rejected', async () => {
  const [withholder] = (await lend(['withholds data'])).values()
  const { job } = await order(grid.requestor, { count: 8, args: ['fill', '/out/made'] })
  const its = ({ providers }: JobDetail) => providers.find(({ address }) => address === withholder)
  await job('it is left', (now) => its(now)?.state === 'excluded')
  await lend(['honest'])
  const now = await job('the job is done', ({ state }) => state === 'done')
  expect(its(now)).toMatchObject({ accepted: 0, earnedWei: '0' })
  const { facts } = await grid.requestor.json<TrustDetail>(['trust', 'show', withholder ?? ''])
  expect(facts).toMatchObject([{ kind: 'rejected' }])
})
