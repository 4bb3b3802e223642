import { DEFAULT_POLICY } from '@golem/market'
import type { App } from '@golem/ports'
import { type Address, auditorsOf } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { auditChannel } from '../../src/audit/audit-channel.ts'
import { type AuditedNote, createFactBook, createJudgement, type FactBook, type Requestor } from '../../src/index.ts'
import { createGrid, type Grid, type Node, silent } from '../grid.ts'
import { begin, ended, FAIR_PRICE } from '../requestor/jobs.ts'
import { manifest, saidSquaresApp, squaresApp } from '../squares-app.ts'

/** Certified to give the same everywhere. */
const deterministic = (share: number): App => ({
  ...saidSquaresApp(share),
  manifest: { ...manifest, runtime: { kind: 'wasm' } as App['manifest']['runtime'] },
})

describe('auditors', () => {
  let grid: Grid
  let book: FactBook
  beforeEach(() => {
    grid = createGrid({ pace: 4 })
  })
  afterEach(() => grid.stop())

  async function requestor(app: Partial<App>): Promise<{ requestor: Requestor; node: Node }> {
    const node = grid.newNode()
    const { settlement } = grid.ledger.open(node.signer.address)
    book = createFactBook({ store: node.store, signer: node.signer, settlement, clock: grid.clock })
    const lists = { listingsOf: () => [] }
    const judgement = createJudgement(
      { book, lists, clock: grid.clock, logger: silent },
      { policy: () => DEFAULT_POLICY },
    )
    return grid.requestor(node, { book, judgement }, app)
  }
  const audited = (of: Requestor, count: number): Promise<AuditedNote[]> =>
    vi.waitUntil(
      () => {
        const notes = of.audited(100)
        return notes.length >= count ? notes : null
      },
      { timeout: 40_000, interval: 20 },
    )
  const record = (auditor: Address) => book.ofProvider(auditor, auditorsOf(squaresApp.manifestCid))

  it('are drawn for a share of what was accepted, say what they find, and are paid for it on chain', async () => {
    const { auditor, node } = await grid.auditor()
    await grid.provider()
    const { requestor: daemon, node: own } = await requestor(squaresApp)
    const { id } = await begin(daemon, own, 6, { auditors: 'any' })
    expect(await ended(daemon, id)).toMatchObject({ state: 'done' })
    const notes = await audited(daemon, 1)
    const real = notes.filter(({ isPlanted }) => !isPlanted)
    expect(real).toMatchObject([
      { job: id, outcome: 'right', words: [{ auditor: node.signer.address, isAccepted: true }] },
    ])
    expect(auditor.notes(10).length).toBe(notes.length)
    const feesWei = notes.flatMap(({ words }) => words).reduce((sum, { feeWei }) => sum + feeWei, 0n)
    expect(feesWei).toBeGreaterThan(0n)
    const chain = grid.ledger.open(node.signer.address)
    await vi.waitUntil(async () => (await chain.balances(node.signer.address)).freeWei === feesWei, { timeout: 20_000 })
  })

  it('convict a provider where two of them agree that what was rejected is wrong, on a deterministic runtime', async () => {
    await Promise.all([1, 2, 3].map(() => grid.auditor({ app: deterministic(1) })))
    const cheater = await grid.provider({ square: (n) => n + 1 })
    const { requestor: daemon, node: own } = await requestor(deterministic(1))
    const { id } = await begin(daemon, own, 4, { auditors: 'any', offerTimeoutMs: 3_000 })
    await vi.waitUntil(() => daemon.job(id).rejections.length > 0, { timeout: 20_000 })
    daemon.cancel(id)
    const notes = await audited(daemon, 1)
    expect(notes).toMatchObject([
      {
        outcome: 'penalise',
        words: [
          { isAccepted: false, isWrong: false },
          { isAccepted: false, isWrong: false },
        ],
      },
    ])
    expect(new Set(notes[0]?.words.map(({ auditor }) => auditor)).size).toBe(2)
    const provider = cheater.node.signer.address
    await vi.waitUntil(() => book.ofProvider(provider, squaresApp.manifestCid).caughtAtMs !== null)
    const proven = book.facts(provider).find(({ body }) => body.isProven && body.kind === 'rejected')
    expect(notes[0]?.words.map(({ verdict }) => verdict)).toContain(proven?.body.evidence)
    expect(grid.convicted).toEqual([{ provider, verdict: proven?.body.evidence }])
  })

  it('convict nobody of work that may depend on the machine: what differs there stays unpaid, and no more', async () => {
    await Promise.all([1, 2].map(() => grid.auditor({ app: saidSquaresApp(1) })))
    const cheater = await grid.provider({ square: (n) => n + 1 })
    const { requestor: daemon, node: own } = await requestor(saidSquaresApp(1))
    const { id } = await begin(daemon, own, 4, { auditors: 'any', offerTimeoutMs: 3_000 })
    await vi.waitUntil(() => daemon.job(id).rejections.length > 0, { timeout: 20_000 })
    daemon.cancel(id)
    expect(await audited(daemon, 1)).toMatchObject([{ outcome: 'withhold' }])
    expect(book.ofProvider(cheater.node.signer.address, squaresApp.manifestCid).caughtAtMs).toBeNull()
  })

  it('who denounce good work are found out by computing it here, unpaid, and not asked again', async () => {
    const { node } = await grid.auditor({ app: deterministic(1), square: (n) => n + 1 })
    await grid.provider()
    const { requestor: daemon, node: own } = await requestor(deterministic(1))
    const first = await begin(daemon, own, 4, { auditors: 'any' })
    await ended(daemon, first.id)
    const [note] = (await audited(daemon, 1)).filter(({ isPlanted }) => !isPlanted)
    expect(note).toMatchObject({ outcome: 'right', words: [{ isAccepted: false, isWrong: true, feeWei: 0n }] })
    expect(daemon.treasury.latest(auditChannel(own.signer.address, node.signer.address))).toBeNull()
    await vi.waitUntil(() => record(node.signer.address).caughtAtMs !== null)
    const count = daemon.audited(100).length
    const second = await begin(daemon, own, 4, { auditors: 'any' })
    expect(await ended(daemon, second.id)).toMatchObject({ state: 'done' })
    const { auditor: honest } = await grid.auditor({ app: deterministic(1) })
    const third = await begin(daemon, own, 4, { auditors: 'any' })
    await ended(daemon, third.id)
    await audited(daemon, count + 1)
    const later = daemon.audited(100).filter(({ job }) => job !== first.id)
    expect(later.flatMap(({ words }) => words).every(({ auditor }) => auditor !== node.signer.address)).toBe(true)
    expect(honest.notes(100).length).toBeGreaterThan(0)
  })

  it('who say yes to everything are found out by what was planted', async () => {
    const yes: App['verify'] = async () => ({ accepted: true, how: 'not at all' })
    const { node } = await grid.auditor({ app: { ...squaresApp, verify: yes }, stakeWei: 1n })
    await grid.provider()
    const { requestor: daemon, node: own } = await requestor(squaresApp)
    const { id } = await begin(daemon, own, 6, { auditors: 'any' })
    await ended(daemon, id)
    const notes = await audited(daemon, 2)
    const planted = notes.filter(({ isPlanted }) => isPlanted)
    expect(planted.length).toBeGreaterThan(0)
    expect(planted).toMatchObject(planted.map(() => ({ words: [{ isAccepted: true, isWrong: true, feeWei: 0n }] })))
    await vi.waitUntil(() => record(node.signer.address).badWei > 0)
    expect(book.facts().filter(({ body }) => body.kind === 'rejected')).toHaveLength(1)
  })

  it('who are honest find what was planted, and earn standing by it', async () => {
    const { node } = await grid.auditor({ stakeWei: 1n })
    await grid.provider()
    const { requestor: daemon, node: own } = await requestor(squaresApp)
    await ended(daemon, (await begin(daemon, own, 6, { auditors: 'any' })).id)
    const planted = (await audited(daemon, 2)).filter(({ isPlanted }) => isPlanted)
    expect(planted).toMatchObject(planted.map(() => ({ words: [{ isAccepted: false, isWrong: false }] })))
    await vi.waitUntil(() => record(node.signer.address).goodWei > 0)
    expect(record(node.signer.address).badWei).toBe(0)
  })

  it('read a private job by a key of their own', async () => {
    const { auditor } = await grid.auditor()
    await grid.provider()
    const { requestor: daemon, node: own } = await requestor(squaresApp)
    await ended(daemon, (await begin(daemon, own, 3, { auditors: 'any', isPrivate: true })).id)
    const notes = await audited(daemon, 1)
    expect(notes.filter(({ isPlanted }) => !isPlanted)).toMatchObject([{ outcome: 'right' }])
    expect(auditor.notes(100).length).toBe(notes.length)
  })

  it('are those who are followed, where only they are wanted, and nobody where nobody is', async () => {
    const [stranger, friend] = [await grid.auditor(), await grid.auditor({ stakeWei: 0n })]
    grid.followed.push(friend.node.signer.address)
    await grid.provider()
    const { requestor: daemon, node: own } = await requestor(squaresApp)
    await ended(daemon, (await begin(daemon, own, 3)).id)
    await ended(daemon, (await begin(daemon, own, 3, { auditors: 'followed' })).id)
    await audited(daemon, 1)
    expect(stranger.auditor.notes(100)).toEqual([])
    expect(friend.auditor.notes(100).length).toBeGreaterThan(0)
    expect(new Set(daemon.audited(100).map(({ job }) => job)).size).toBe(1)
  })

  it('cost a quarter of the budget at most', async () => {
    await grid.auditor({ stakeWei: 1n, app: saidSquaresApp(0.5) })
    await grid.provider()
    const { requestor: daemon, node: own } = await requestor(saidSquaresApp(0.5))
    const budgetWei = 4n * FAIR_PRICE
    const { id } = await begin(daemon, own, 40, { auditors: 'any', budgetWei })
    await ended(daemon, id)
    const feesWei = (await audited(daemon, 1))
      .flatMap(({ words }) => words)
      .reduce((sum, { feeWei }) => sum + feeWei, 0n)
    expect(feesWei).toBeLessThanOrEqual(budgetWei / 4n)
  })
})
