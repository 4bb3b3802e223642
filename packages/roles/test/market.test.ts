import { DEFAULT_POLICY } from '@golem/market'
import { memoryBlacklist, memoryRegistry, memorySandbox } from '@golem/ports/memory'
import { asAddress, GolemError, parseGlm, priceOf } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFactBook, createFollowedLists, createJudgement } from '../src/index.ts'
import type { JobView, Requestor } from '../src/requestor/index.ts'
import { createGrid, type Grid, type Node } from './grid.ts'
import { squaresProgram } from './squares-app.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const PRICE = priceOf(1_000_000, parseGlm('0.1'))

const begin = (requestor: Requestor, node: Node, count: number, over = {}) => {
  node.disk.set('/home/count', new TextEncoder().encode(String(count)))
  return requestor.create({
    app: 'squares',
    parameters: { file: '/home/count' },
    outDir: '/home/out',
    budgetWei: null,
    deadlineMs: 60_000,
    confirm: false,
    offerTimeoutMs: 10_000,
    ...over,
  })
}
const until = (requestor: Requestor, id: string, holds: (view: JobView) => boolean) =>
  vi.waitUntil(() => (holds(requestor.job(id)) ? requestor.job(id) : null), { timeout: 45_000, interval: 5 })
const ended = (requestor: Requestor, id: string) => until(requestor, id, (view) => view.finishedAtMs !== null)
const output = (node: Node, n: number) => new TextDecoder().decode(node.disk.get(`/home/out/${n}.txt`) ?? undefined)

describe('a job on a grid in memory', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  it('is computed by several providers, checked, paid by vouchers, redeemed and merged', async () => {
    const a = await grid.provider()
    const b = await grid.provider({ cores: 2 })
    const { requestor, node } = await grid.requestor()
    const chain = grid.ledger.open(node.signer.address)
    const fortune = async () => {
      const all = await Promise.all([node, a.node, b.node].map(({ signer }) => chain.balances(signer.address)))
      const { lockedWei } = await requestor.treasury.totals()
      return all.reduce((sum, { walletWei, freeWei }) => sum + walletWei + freeWei, lockedWei)
    }
    const before = await fortune()
    const { id } = await begin(requestor, node, 12)
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'done', problem: null, spentWei: 12n * PRICE, rejections: [] })
    expect(view).toMatchObject({ estimateWei: 12n * PRICE, budgetWei: 18n * PRICE + 1n })
    expect(output(node, 7)).toBe('49')
    expect(view.outputs).toHaveLength(12)
    expect(view.providers.map(({ accepted }) => accepted > 0)).toEqual([true, true])
    expect(a.provider.earnings().earnedWei + b.provider.earnings().earnedWei).toBe(12n * PRICE)
    await vi.waitUntil(() => a.provider.earnings().owedToMeWei + b.provider.earnings().owedToMeWei === 0n)
    const [one, two] = await Promise.all(
      [a, b].map(async (each) => (await chain.balances(each.node.signer.address)).freeWei),
    )
    expect((one ?? 0n) + (two ?? 0n)).toBe(12n * PRICE)
    expect(await fortune()).toBe(before)
  })

  it('settles by itself at the end where that is cheaper: providers redeem nothing, and are paid once', async () => {
    const providers = [await grid.provider(), await grid.provider()]
    const { requestor, node } = await grid.requestor()
    const settle = vi.spyOn(requestor.settler, 'begin')
    const { id } = await begin(requestor, node, 12)
    const view = await ended(requestor, id)
    expect(view.providers.map(({ accepted }) => accepted > 0)).toEqual([true, true])
    const begun = vi.waitUntil(() => settle.mock.results[0]?.value as Promise<ReadonlySet<string>> | undefined)
    expect((await begun).size).toBe(2)
    await vi.waitUntil(() => providers.every(({ provider }) => provider.earnings().owedToMeWei === 0n), 15_000)
    const chain = grid.ledger.open(node.signer.address)
    const free = await Promise.all(
      providers.map(async (each) => (await chain.balances(each.node.signer.address)).freeWei),
    )
    expect(free.reduce((sum, each) => sum + each, 0n)).toBe(12n * PRICE)
    // The lock pays nothing of it: it comes back whole.
    const { spentWei, lockedWei } = await requestor.treasury.totals()
    const { walletWei, freeWei } = await chain.balances(node.signer.address)
    expect(walletWei + freeWei + lockedWei + spentWei).toBe(parseGlm('100'))
    expect(await requestor.settler.owed()).toEqual([])
  }, 30_000)

  it('catches a provider that computes something else, pays it nothing for that, and has another do the work', async () => {
    const honest = await grid.provider({ price: '0.2' })
    const cheat = await grid.provider({ square: (n) => n * n + 1 })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 6)
    const view = await ended(requestor, id)
    expect(view.state).toBe('done')
    expect(view.rejections.length).toBeGreaterThan(0)
    expect(view.providers.find(({ address }) => address === cheat.node.signer.address)).toMatchObject({
      state: 'excluded',
      accepted: 0,
      earnedWei: 0n,
    })
    expect(view.spentWei).toBe(6n * PRICE * 2n)
    expect(honest.provider.earnings().earnedWei).toBe(view.spentWei)
    expect(cheat.provider.earnings().earnedWei).toBe(0n)
    expect(output(node, 3)).toBe('9')
  })

  it('hires nobody whom a followed list names; who is listed in the middle ends its work, and is paid', async () => {
    const owner = asAddress(`0x${'0a'.repeat(20)}`)
    const nowS = () => Math.floor(grid.clock.now() / 1_000)
    const blacklist = memoryBlacklist({ nowS })
    const policy = () => ({ ...DEFAULT_POLICY, blacklist: { follow: [owner], mode: 'auto', appealMs: 0 } as const })
    const { clock } = grid
    const lists = createFollowedLists({ blacklist, registry: memoryRegistry(), clock, logger: silent }, { policy })
    const own = grid.newNode()
    const book = createFactBook({ ...own, settlement: grid.ledger.settlement, clock })
    const judgement = createJudgement({ book, lists, clock, logger: silent }, { policy })
    const list = (node: Node) => {
      const id = node.signer.address
      blacklist.list(owner, { kind: 'provider', id, evidence: 'bafyevidence', expiresAtS: nowS() + 3_600 })
      return lists.refresh()
    }
    const good = await grid.provider({ price: '0.2' })
    const bad = await grid.provider()
    const { promise: begun, resolve: onBegun } = Promise.withResolvers<void>()
    const { promise: listed, resolve: onListed } = Promise.withResolvers<void>()
    const later = await grid.provider({
      gate: async () => {
        onBegun()
        await listed
      },
    })
    await list(bad.node)
    const { requestor, node } = await grid.requestor(own, { lists, judgement })
    // The estimate may not know the dear one yet, and would bound the budget.
    const { id } = await begin(requestor, node, 6, { budgetWei: 100n * PRICE })
    await begun
    await list(later.node)
    onListed()
    const view = await ended(requestor, id)
    const of = (each: { node: Node }) => view.providers.find(({ address }) => address === each.node.signer.address)
    expect(view.state).toBe('done')
    expect(of(bad)).toBeUndefined()
    const [byLater = 0, byGood = 0] = [later, good].map((each) => of(each)?.accepted)
    expect(byLater).toBeGreaterThan(0)
    expect(byLater + byGood).toBe(6)
  })

  it('refuses a job for an application of a listed author', async () => {
    const lists = createFollowedLists(
      {
        blacklist: memoryBlacklist({ nowS: () => 0 }),
        ...{ registry: memoryRegistry(), clock: grid.clock, logger: silent },
      },
      { policy: () => DEFAULT_POLICY },
    )
    lists.declineApp = () => ({ code: 'LISTED', message: 'The author is on the list of somebody.' })
    const { requestor, node } = await grid.requestor(grid.newNode(), { lists })
    await expect(begin(requestor, node, 1)).rejects.toMatchObject({ code: 'LISTED' })
  })

  it('goes on from its log after the requestor was killed: nothing accepted is computed or paid again', async () => {
    const computed: number[] = []
    let hold = Promise.withResolvers<void>()
    await grid.provider({
      gate: async (n) => {
        computed.push(n)
        if (n > 4) await hold.promise
      },
    })
    const node = grid.newNode()
    const first = await grid.requestor(node)
    const { id } = await begin(first.requestor, node, 8)
    await until(first.requestor, id, (view) => view.groups.done === 4)
    // As kill -9 leaves it: whatever was committed, and nothing else.
    await first.requestor.stop()
    const second = await grid.requestor(node)
    hold.resolve()
    const view = await ended(second.requestor, id)
    expect(view).toMatchObject({ state: 'done', spentWei: 8n * PRICE })
    expect(computed.filter((n) => n <= 4)).toEqual([1, 2, 3, 4])
    expect(output(node, 8)).toBe('64')
    hold = Promise.withResolvers()
  })

  it('gives the work of a provider that vanished to another', async () => {
    const stuck = await grid.provider({ gate: () => new Promise(() => {}), price: '0.05' })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 4, { budgetWei: 10n * PRICE })
    await until(requestor, id, (view) => view.subtasks.running > 0)
    await grid.provider()
    await stuck.provider.stop()
    const view = await ended(requestor, id)
    expect(view.state).toBe('done')
    expect(view.spentWei).toBe(4n * PRICE)
  })

  it('never spends more than its budget, and says so when it is used up', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 10, { budgetWei: 4n * PRICE + 1n })
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'failed', problem: { code: 'BUDGET_SPENT' }, spentWei: 4n * PRICE })
    expect(view.groups.done).toBe(4)
    await requestor.resume(id, { budgetWei: 20n * PRICE, deadlineMs: null })
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', spentWei: 10n * PRICE })
  })

  it('refuses a budget that cannot pay one result, before anything is spent', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3, { budgetWei: PRICE - 1n })
    expect(await ended(requestor, id)).toMatchObject({
      state: 'failed',
      spentWei: 0n,
      gasWei: 0n,
      problem: { code: 'BUDGET_TOO_SMALL' },
    })
  })

  it('says that no provider is in sight', async () => {
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3, { offerTimeoutMs: 300 })
    expect((await ended(requestor, id)).problem).toMatchObject({ code: 'NO_PROVIDER' })
  })

  it('waits for the person to accept the price, and spends nothing until then', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 2, { confirm: true })
    const asked = await until(requestor, id, (view) => view.state === 'confirming')
    expect(asked).toMatchObject({ estimateWei: 2n * PRICE, gasWei: 0n })
    requestor.confirm(id, 3n * PRICE)
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', budgetWei: 3n * PRICE })
  })

  it('stops cleanly when cancelled, and keeps what is finished', async () => {
    await grid.provider({ gate: (n) => (n > 2 ? new Promise(() => {}) : Promise.resolve()) })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 9)
    await until(requestor, id, (view) => view.groups.done === 2)
    requestor.cancel(id)
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'cancelled', spentWei: 2n * PRICE, outputs: ['1.txt', '2.txt'] })
  })

  it('blames the work, not everybody who tried, when one subtask fails everywhere', async () => {
    await grid.provider()
    await grid.provider()
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 13)
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'failed', problem: { code: 'SUBTASK_FAILED' } })
    expect(view.problem?.message).toContain('13 is not squared.')
    expect(view.failures.length).toBeGreaterThanOrEqual(3)
    for (const each of view.failures) expect(each.message).toContain('13 is not squared.')
    expect(view.providers.every(({ state }) => state !== 'excluded')).toBe(true)
  })

  it('shares providers between two jobs', async () => {
    await grid.provider({ cores: 2 })
    const { requestor, node } = await grid.requestor()
    const first = await begin(requestor, node, 12)
    const second = await begin(requestor, node, 12, { outDir: '/home/other' })
    const views = await Promise.all([ended(requestor, first.id), ended(requestor, second.id)])
    expect(views.map(({ state }) => state)).toEqual(['done', 'done'])
    expect(views.map(({ spentWei }) => spentWei)).toEqual([12n * PRICE, 12n * PRICE])
  })

  it('gives the empty program that waits to one job alone', async () => {
    await grid.provider({ cores: 2 })
    const node = grid.newNode()
    const real = memorySandbox({ squares: squaresProgram(node.disk) }, { disk: node.disk })
    const { promise: mayStart, resolve: letStart } = Promise.withResolvers<void>()
    let starts = 0
    const start: typeof real.start = async (...asked) => {
      starts += 1
      if (starts === 2) await mayStart
      return real.start(...asked)
    }
    const started = (count: number) => vi.waitUntil(() => starts === count, { timeout: 10_000, interval: 5 })
    const { requestor } = await grid.requestor(node, { sandbox: { ...real, start } })
    await ended(requestor, (await begin(requestor, node, 2)).id)
    await started(2)
    // Both ask while it still starts: one waits for it, the other begins its own.
    const pair = await Promise.all([begin(requestor, node, 2), begin(requestor, node, 2, { outDir: '/home/other' })])
    await started(3)
    letStart()
    const views = await Promise.all(pair.map(({ id }) => ended(requestor, id)))
    expect(views.map(({ state }) => state)).toEqual(['done', 'done'])
  })
})

it('says that every provider in sight was left out, and not that there is none', async () => {
  // A minute without providers is over in six seconds.
  const grid = createGrid({ pace: 10 })
  try {
    const cheat = await grid.provider({ square: (n) => n * n + 1 })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3, { deadlineMs: 600_000 })
    const { waiting } = await until(requestor, id, (view) => view.waiting?.includes('left out') ?? false)
    expect(waiting).toBe('the provider in sight is left out of this job; others are being asked')
    const { problem, rejections } = await ended(requestor, id)
    expect(problem).toMatchObject({ code: 'PROVIDERS_EXCLUDED', remedy: expect.stringContaining('resume') })
    expect(rejections[0]?.provider).toBe(cheat.node.signer.address)
  } finally {
    await grid.stop()
  }
})

it('goes on past its deadline with another, which the next time is the usual one', async () => {
  const grid = createGrid()
  try {
    await grid.provider({ gate: () => new Promise((resolve) => setTimeout(resolve, 20)) })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3, { deadlineMs: 1 })
    expect((await ended(requestor, id)).problem).toMatchObject({
      code: 'DEADLINE_PASSED',
      remedy: `\`golem job ${id} resume --deadline TIME\` goes on.`,
    })
    const { deadlineMs } = await requestor.resume(id, { budgetWei: null, deadlineMs: 600_000 })
    expect(deadlineMs - grid.clock.now()).toBeGreaterThan(500_000)
    expect(await ended(requestor, id)).toMatchObject({ state: 'done' })
  } finally {
    await grid.stop()
  }
})

it('promises nothing of going on where all is accepted and cannot be merged', async () => {
  const grid = createGrid()
  try {
    await grid.provider()
    const merge = () => Promise.reject(new GolemError({ code: 'OUTPUT_NOT_WRITTEN', message: 'It was not written.' }))
    const { requestor, node } = await grid.requestor(undefined, {}, { merge })
    const { id } = await begin(requestor, node, 1)
    expect(await ended(requestor, id)).toMatchObject({
      spentWei: PRICE,
      problem: { code: 'OUTPUT_NOT_WRITTEN', remedy: expect.stringContaining('begin a new job') },
    })
  } finally {
    await grid.stop()
  }
})
