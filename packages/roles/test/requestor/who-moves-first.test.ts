import { NO_RECORD } from '@golem/market'
import { type Address, parseGlm } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBackings, createFactBook, type Requestor } from '../../src/index.ts'
import { createGrid, type Grid, type Node } from '../grid.ts'
import { squaresApp } from '../squares-app.ts'
import { hostileProvider, type Script } from './hostile.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

const application = squaresApp.manifestCid
const CREDIT = { type: 'credit', trustedWei: 0n, isOwing: false } as const

describe('who moves first', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  const wary = ({ signer, store }: Node) => {
    const book = createFactBook({ store, signer, settlement: grid.ledger.settlement, clock: grid.clock })
    return { book, backings: createBackings({ book, clock: grid.clock, stakes: null }) }
  }
  /** A requestor that has seen good work of that provider. */
  const withRecordOf = async (provider: Address | null) => {
    const own = grid.newNode()
    const trust = wary(own)
    const about = { agreementId: `0x${'0'.repeat(64)}` as never, application, count: 10_000, evidence: null }
    if (provider !== null)
      trust.book.note([
        { ...about, kind: 'accepted', subject: provider, valueWei: 10_000n * FAIR_PRICE, isProven: true },
      ])
    return { ...(await grid.requestor(own, trust)), ...trust }
  }
  /** Does its work, once it has said what it trusts the requestor with. */
  const worker = (credit: Omit<typeof CREDIT, 'isOwing'> & { isOwing: boolean }, over: Script = {}) =>
    hostileProvider(grid, {
      offer: { cores: 4 },
      onOpen: async (talk) => {
        await talk.open()
        await talk.say(credit)
      },
      onMessage: async (message, talk) => {
        if (message.type === 'fund')
          await talk.say({ type: 'funded', root: message.funding.root, provenWei: message.funding.leaf.capWei })
        if (message.type === 'accept') await talk.say({ type: 'voucher-stored', amountWei: message.voucher.amountWei })
        if (message.type === 'assign') await talk.compute(message)
      },
      ...over,
    })
  const doneBy = async (requestor: Requestor, node: Node, count: number) => {
    const { id } = await begin(requestor, node, count)
    return ended(requestor, id)
  }

  it('is nobody between new and new: small work goes on as before, and nothing is paid that was not checked', async () => {
    const lender = grid.newNode()
    const trust = wary(lender)
    const { provider } = await grid.provider({ node: lender, cores: 2, over: () => trust })
    const { requestor, node, book } = await withRecordOf(null)
    expect(await doneBy(requestor, node, 10)).toMatchObject({ state: 'done' })
    await expect.poll(() => provider.earnings().earnedWei).toBe(10n * FAIR_PRICE)
    expect(book.ofProvider(lender.signer.address, application).goodWei).toBeGreaterThan(0)
    await expect.poll(() => trust.book.ofRequestor(node.signer.address)).not.toBe(NO_RECORD)
  })

  it('is a new requestor with a provider that it knows: what is handed out is paid before, and never twice', async () => {
    const { node: seller, heard } = await worker(CREDIT)
    const { requestor, node } = await withRecordOf(seller.signer.address)
    expect(await doneBy(requestor, node, 6)).toMatchObject({ state: 'done', spentWei: 6n * (FAIR_PRICE / 2n) })
    const kinds = heard.map(({ type }) => type).filter((type) => type === 'assign' || type === 'accept')
    expect(kinds[0]).toBe('accept')
    let assignedWei = 0n
    let paidWei = 0n
    for (const message of heard) {
      if (message.type === 'accept') paidWei = message.voucher.amountWei
      if (message.type === 'assign') assignedWei += message.assignment.priceWei
      expect(paidWei).toBeGreaterThanOrEqual(assignedWei)
    }
    expect(paidWei).toBe(assignedWei)
    const { id } = await begin(requestor, node, 2)
    // Known at the start: an hour of one core, which is the limit of its terms there.
    expect((await until(requestor, id, ({ paidBeforeWei }) => paidBeforeWei !== null)).paidBeforeWei).toBeGreaterThan(
      0n,
    )
    expect(await ended(requestor, id)).toMatchObject({ state: 'done' })
  })

  it('pays nothing before to a provider that it does not know, whatever that says, and hires another', async () => {
    const greedy = await worker({ ...CREDIT, isOwing: true })
    await grid.provider({ price: '0.1' })
    const { requestor, node } = await withRecordOf(null)
    expect(await doneBy(requestor, node, 3)).toMatchObject({ state: 'done' })
    expect(greedy.heard.map(({ type }) => type)).not.toContain('accept')
    expect(greedy.heard.map(({ type }) => type)).not.toContain('assign')
  })

  it('lets a new provider have one subtask at a time, where that costs more than a usual one', async () => {
    const held = Promise.withResolvers<void>()
    const large = { ...squaresApp, split: async (job: never) => heavier(await squaresApp.split(job)) }
    const seller = await worker(CREDIT, {
      onMessage: async (message, talk) => {
        if (message.type === 'fund')
          await talk.say({ type: 'funded', root: message.funding.root, provenWei: message.funding.leaf.capWei })
        if (message.type !== 'assign') return
        await held.promise
        await talk.compute(message)
      },
    })
    const own = grid.newNode()
    const { requestor, node } = await grid.requestor(own, wary(own), large)
    const { id } = await begin(requestor, node, 3, { budgetWei: parseGlm('10') })
    await until(requestor, id, ({ subtasks }) => subtasks.running > 0)
    expect(requestor.job(id).subtasks.running).toBe(1)
    held.resolve()
    expect(await ended(requestor, id)).toMatchObject({ state: 'done' })
    expect(seller.heard.filter(({ type }) => type === 'assign')).toHaveLength(3)
  })
})

/** Two minutes of work each. */
function heavier(plan: Awaited<ReturnType<typeof squaresApp.split>>) {
  return { ...plan, subtasks: plan.subtasks.map((task) => ({ ...task, units: 120_000_000 })) }
}
