import {
  asBytes32,
  type BatchedDelivery,
  domainOf,
  isSeedDrawn,
  type RequestorMessage,
  signDeliveryBatch,
} from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGrid, type Grid, type Node } from '../grid.ts'
import { saidSquaresApp } from '../squares-app.ts'
import { acknowledge, type Hostile, hostileProvider, type Talk } from './hostile.ts'
import { begin, ended, until } from './jobs.ts'

const usage = { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 }
type Assigned = (RequestorMessage & { type: 'assign' })['assignment']
const COUNT = 40

describe('answers that a provider signs for together', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  /** Delivers all that it was assigned as one batch, again and again; `changed` is what it says instead of the truth. */
  const batching = async (
    changed: (squares: number[]) => number[] = (squares) => squares,
    change: object = {},
  ): Promise<{ hostile: Hostile; delivered: BatchedDelivery[][] }> => {
    const assigned: Assigned[] = []
    const delivered: BatchedDelivery[][] = []
    const deliver = async (talk: Talk): Promise<void> => {
      const all = assigned.splice(0)
      if (all.length === 0) return
      const said = changed(all.map(({ request }) => Number((request.params as { n: number }).n) ** 2))
      const deliveries = all.map(({ index }, at) => ({
        index,
        outputs: null,
        result: { square: said[at] ?? 0 },
        usage,
      }))
      delivered.push(deliveries)
      const batch = signDeliveryBatch(hostile.node.signer, domainOf(talk.terms.settlement), talk.id, deliveries)
      await talk.say({ type: 'delivered-many', batch: { ...batch, ...change } })
    }
    const hostile = await hostileProvider(grid, {
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type !== 'assign') return
        assigned.push(message.assignment)
        setTimeout(() => void deliver(talk), 1)
      },
    })
    return { hostile, delivered }
  }
  const read = (node: Node) => new TextDecoder().decode(node.disk.get('/home/out/squares.txt') ?? undefined)
  const SQUARES = Array.from({ length: COUNT }, (_, at) => `${(at + 1) ** 2}`).join('\n')
  const rowOf = (view: { providers: { address: string }[] }, { node }: Hostile) =>
    view.providers.find(({ address }) => address === node.signer.address)

  it('are accepted together, by one voucher for each batch, and who delivers well is given more at once', async () => {
    const { hostile, delivered } = await batching()
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, COUNT)
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'done', rejections: [], subtasks: { accepted: COUNT } })
    expect(read(node)).toBe(SQUARES)
    const sizes = delivered.map(({ length }) => length)
    expect(Math.max(...sizes)).toBeGreaterThan(sizes[0] ?? COUNT)
    const accepted = hostile.heard.flatMap((said) => (said.type === 'accept' ? [said] : []))
    expect(accepted.length).toBeLessThan(COUNT / 2)
    expect(accepted.flatMap(({ indices }) => indices)).toEqual(delivered.flat().map(({ index }) => index))
    expect(accepted.at(-1)?.voucher.amountWei).toBe(view.spentWei)
  })

  it('count only with their signature', async () => {
    const { hostile } = await batching(undefined, { signature: `0x${'11'.repeat(65)}` })
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, COUNT)
    await until(requestor, id, ({ providers }) => providers.some(({ state }) => state === 'excluded'))
    await grid.provider({ price: '0.2' })
    const view = await ended(requestor, id)
    expect(rowOf(view, hostile)).toMatchObject({
      state: 'excluded',
      accepted: 0,
      doing: expect.stringContaining('wrong signature'),
    })
    expect(read(node)).toBe(SQUARES)
  })

  it('count only for their own agreement', async () => {
    const { hostile, delivered } = await batching(undefined, { agreementId: asBytes32(`0x${'ab'.repeat(32)}`) })
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, COUNT)
    await until(requestor, id, () => delivered.length > 0)
    await grid.provider({ price: '0.2' })
    const view = await ended(requestor, id, 50_000)
    expect(rowOf(view, hostile)).toMatchObject({ accepted: 0, earnedWei: 0n })
    expect(read(node)).toBe(SQUARES)
  })

  it('are paid where they were found right; what was not looked at is not taken beside a wrong one', async () => {
    // Draws of money come before: what is counted are those about the newest batch.
    let drawn = 0
    const { hostile, delivered } = await batching(([first = 0, second = 0, ...others]) => {
      drawn = 0
      return [first, others.length > 1 ? second + 1 : second, ...others]
    })
    // The first two of each batch are looked at.
    const randomBytes = (length: number) => {
      const bytes = crypto.getRandomValues(new Uint8Array(length))
      if (length !== 32) return bytes
      const isWanted = drawn < 2
      drawn += 1
      while (isSeedDrawn(asBytes32(`0x${Buffer.from(bytes).toString('hex')}`), 0.25) !== isWanted)
        crypto.getRandomValues(bytes)
      return bytes
    }
    const { requestor, node } = await grid.requestor(undefined, { randomBytes }, saidSquaresApp(0.25))
    const { id } = await begin(requestor, node, COUNT)
    await until(requestor, id, ({ rejections }) => rejections.length > 0)
    await grid.provider({ price: '0.2' })
    const view = await ended(requestor, id)
    expect(view.rejections).toMatchObject([{ code: 'RESULT_DIFFERS', provider: hostile.node.signer.address }])
    const right = delivered.filter(({ length }) => length < 4).flat().length
    expect(rowOf(view, hostile)).toMatchObject({ state: 'excluded', accepted: right + 1, rejected: 1 })
    expect(read(node)).toBe(SQUARES)
  })

  it('are in the log: a requestor that is started anew knows what was delivered and what was paid', async () => {
    const { hostile } = await batching()
    const node = grid.newNode()
    const { requestor } = await grid.requestor(node, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, COUNT)
    await until(requestor, id, ({ subtasks }) => subtasks.accepted > COUNT / 2)
    await requestor.stop()
    const { requestor: again } = await grid.requestor(node, {}, saidSquaresApp(1))
    const view = await ended(again, id)
    expect(view).toMatchObject({ state: 'done', subtasks: { accepted: COUNT } })
    const paid = hostile.heard.flatMap((said) => (said.type === 'accept' ? [said.voucher.amountWei] : []))
    expect(paid.reduce((most, each) => (each > most ? each : most), 0n)).toBe(view.spentWei)
    expect((await again.treasury.totals()).spentWei).toBe(view.spentWei)
  })
})
