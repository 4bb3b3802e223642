import { DEFAULT_POLICY, type ListMode } from '@golem/market'
import { type Address, parseGlm } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBackings, createFactBook, createJudgement, type FactBook } from '../../src/index.ts'
import { rateOf } from '../../src/requestor/check-share.ts'
import { createGrid, type Grid, type Node, silent } from '../grid.ts'
import { saidSquaresApp, squaresApp } from '../squares-app.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

const nobody = { listingsOf: () => [] }
const application = squaresApp.manifestCid
const WORK = {
  ...{ application, payWei: FAIR_PRICE, deliveredWei: FAIR_PRICE },
  lent: { cores: 1, speed: 1, pricePerCoreHourWei: parseGlm('0.1') },
}

describe('what a requestor has seen of providers', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  const trusting = (node: Node, mode: ListMode = 'auto') => {
    const { signer, store } = node
    const book = createFactBook({ store, signer, settlement: grid.ledger.settlement, clock: grid.clock })
    const policy = { ...DEFAULT_POLICY, blacklist: { follow: [], mode } }
    const judgement = createJudgement(
      { book, lists: nobody, clock: grid.clock, logger: silent },
      { policy: () => policy },
    )
    return { book, judgement }
  }
  const kindsOf = (book: FactBook, { signer }: Node) =>
    book.facts(signer.address).map(({ body: { kind, count, isProven } }) => [kind, count, isProven])

  it('is written down, and who was caught for enough is not hired for the next job', async () => {
    const honest = await grid.provider({ price: '0.2' })
    const cheat = await grid.provider({ square: (n) => n * n + 1 })
    const own = grid.newNode()
    const trust = trusting(own)
    const { requestor, node } = await grid.requestor(own, trust)
    for (const _ of [1, 2, 3]) await ended(requestor, (await begin(requestor, node, 3)).id)
    const jobs = requestor.jobs()
    const rejected = jobs.map(({ rejections }) => rejections.length)
    expect(rejected.reduce((sum, count) => sum + count)).toBeGreaterThan(0)
    expect(trust.book.facts(cheat.node.signer.address).every(({ body }) => body.kind === 'rejected')).toBe(true)
    const record = trust.book.ofProvider(honest.node.signer.address, application)
    expect(record.goodWei).toBeGreaterThan(0)

    // As if it had been caught for as much as a newcomer is believed.
    trust.book.note([
      {
        kind: 'rejected',
        subject: cheat.node.signer.address,
        agreementId: `0x${'0'.repeat(64)}` as never,
        application,
        count: 10,
        valueWei: 10n * FAIR_PRICE,
        isProven: false,
        evidence: null,
      },
    ])
    const last = await ended(requestor, (await begin(requestor, node, 4)).id)
    expect(last).toMatchObject({ state: 'done', rejections: [] })
    expect(last.providers.map(({ address }) => address)).toEqual([honest.node.signer.address])
  })

  it('is held against nobody while a job fails everywhere, and against those who failed once somebody can do it', async () => {
    const own = grid.newNode()
    const trust = trusting(own)
    const { requestor, node } = await grid.requestor(own, trust)
    const failing = await Promise.all([1, 2, 3].map((add) => grid.provider({ square: (n) => n * n + add })))
    const { id } = await begin(requestor, node, 1)
    const lostWei = () =>
      failing.map(({ node: { signer } }) => trust.book.facts(signer.address).map(({ body }) => body.valueWei))
    await vi.waitUntil(() => lostWei().every(([wei]) => wei === 0n), { timeout: 20_000 })
    await grid.provider()
    expect((await ended(requestor, id)).state).toBe('done')
    await vi.waitUntil(() => lostWei().every(([wei]) => wei === FAIR_PRICE), { timeout: 20_000 })
  })

  it('only warns where its person says so', async () => {
    const cheat = await grid.provider({ square: (n) => n * n + 1 })
    await grid.provider({ price: '0.2' })
    const own = grid.newNode()
    const trust = trusting(own, 'warn')
    const { requestor, node } = await grid.requestor(own, trust)
    for (const _ of [1, 2, 3, 4]) {
      const { id } = await begin(requestor, node, 2)
      await until(requestor, id, ({ providers }) => providers.length > 0)
      expect((await ended(requestor, id)).state).toBe('done')
    }
    expect(trust.book.facts(cheat.node.signer.address).length).toBeGreaterThan(1)
  })

  it('lets it check newcomers nearly always, and those that have proven themselves ever less', async () => {
    const { node: seller } = await grid.provider()
    const own = grid.newNode()
    const trust = trusting(own)
    const { requestor, node } = await grid.requestor(own, trust, saidSquaresApp(0.001))
    const first = await begin(requestor, node, 1)
    await ended(requestor, first.id)
    const shareOf = (id: string) =>
      requestor.subtasks(id).filter(({ checked }) => checked?.startsWith('computed')).length
    trust.book.note([
      {
        kind: 'accepted',
        subject: seller.signer.address,
        agreementId: `0x${'0'.repeat(64)}` as never,
        application,
        count: 10_000,
        valueWei: 10_000n * FAIR_PRICE,
        isProven: true,
        evidence: null,
      },
    ])
    const { id } = await begin(requestor, node, 60)
    await ended(requestor, id)
    expect(shareOf(id)).toBeLessThan(20)
    await vi.waitFor(() => expect(kindsOf(trust.book, seller).length).toBeGreaterThan(1))
  })

  const believe = (book: FactBook, provider: Address) =>
    book.note([
      {
        ...{ kind: 'accepted', subject: provider, agreementId: `0x${'0'.repeat(64)}` as never, application },
        ...{ count: 10_000, valueWei: 10_000n * FAIR_PRICE, isProven: true, evidence: null },
      },
    ])

  it('has whoever was found wrong once lose all that it earned here: by that it was checked so seldom', async () => {
    const runtime = { kind: 'wasm', module: null, interface: 'command' } as const
    const { node: cheat } = await grid.provider({ square: (n) => (n === 3 ? 0 : n * n) })
    await grid.provider({ price: '0.2' })
    const own = grid.newNode()
    const trust = trusting(own)
    const app = { ...saidSquaresApp(1), manifest: { ...squaresApp.manifest, runtime } }
    const { requestor, node } = await grid.requestor(own, trust, app)
    believe(trust.book, cheat.signer.address)
    const rate = () => rateOf({ book: trust.book, clock: grid.clock }, cheat.signer.address, WORK)
    expect(rate()).toBe(0.005)
    expect((await ended(requestor, (await begin(requestor, node, 8)).id)).state).toBe('done')
    expect(kindsOf(trust.book, cheat)).toContainEqual(['rejected', 1, false])
    expect(rate()).toBeCloseTo(0.94, 2)
    expect(trust.book.ofProvider(cheat.signer.address, application).caughtAtMs).toBeNull()
  })

  it('checks the less of a newcomer the more it has at stake, by what it could earn in a day', () => {
    const { book } = trusting(grid.newNode())
    const someone = grid.newNode().signer.address
    const rateWith = (stake: string) => {
      const stakes = { stakeWei: () => parseGlm(stake) }
      const backings = createBackings({ book, clock: grid.clock, stakes })
      return rateOf({ book, backings, clock: grid.clock }, someone, WORK)
    }
    // A day of its core costs 2.4 GLM: one subtask's part of a quarter of that is a quarter of a subtask.
    expect(rateWith('0')).toBeCloseTo(0.94, 2)
    expect(rateWith('2.4')).toBeCloseTo(0.94 / 1.25, 2)
    expect(rateWith('1228.8')).toBeCloseTo(0.94 / 129, 3)
    expect(rateWith('1000000')).toBe(0.005)
  })

  it('compares offers with what their checks cost: one that it knows comes before a newcomer that is a little cheaper', async () => {
    const known = await grid.provider({ price: '0.15' })
    const fresh = await grid.provider({ price: '0.1' })
    const cheap = async (trust: ReturnType<typeof trusting>, own: Node) => {
      const { requestor, node } = await grid.requestor(own, trust, saidSquaresApp(0.001))
      const { id } = await begin(requestor, node, 1)
      return (await ended(requestor, id)).providers.map(({ address }) => address)
    }
    const [one, other] = [grid.newNode(), grid.newNode()]
    const trust = trusting(one)
    believe(trust.book, known.node.signer.address)
    expect(await cheap(trust, one)).toEqual([known.node.signer.address])
    expect(await cheap(trusting(other), other)).toEqual([fresh.node.signer.address])
  })
})
