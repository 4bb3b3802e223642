import {
  type Bytes32,
  domainOf,
  followsInChain,
  hashText,
  type RequestorMessage,
  signDeliveryBatch,
} from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { saidSquaresApp, squaresApp } from '../squares-app.ts'
import { acknowledge, hostileProvider, type Talk } from './hostile.ts'
import { begin, ended, until } from './jobs.ts'

const usage = { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 }

describe('what is checked', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  it('is drawn from what both sides can follow, and a rejection shows it to the provider', async () => {
    await grid.provider({ price: '0.2' })
    const cheat = await grid.provider({ square: (n) => n * n + 1 })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 8)
    expect((await ended(requestor, id)).state).toBe('done')
    const rejection = await vi.waitUntil(() => cheat.provider.rejections()[0], { timeout: 20_000 })
    expect(rejection).toMatchObject({ requestor: node.signer.address, code: 'WRONG', doubt: null })
    const shown = await cheat.node.storage.readFile(rejection.verdict as never, { maxBytes: 100_000 })
    const { body } = JSON.parse(new TextDecoder().decode(shown))
    expect(body).toMatchObject({ seed: rejection.seed, index: rejection.index, verdict: { accepted: false } })
  })

  it('is drawn by the same seed as the application was given', async () => {
    const seeds: string[] = []
    const { verify } = squaresApp
    await grid.provider()
    const { requestor, node } = await grid.requestor(
      undefined,
      {},
      {
        verify: async (program, job, signal) => {
          seeds.push(job.seed)
          return verify(program, job, signal)
        },
      },
    )
    await ended(requestor, (await begin(requestor, node, 4)).id)
    expect(new Set(seeds).size).toBe(seeds.length)
    for (const seed of seeds) expect(seed).toMatch(/^0x[0-9a-f]{64}$/)
  })

  it('is revealed only after the delivery was signed, and follows from what was promised', async () => {
    const assigned: number[] = []
    const cheat = await hostileProvider(grid, {
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type !== 'assign') return
        const { index } = message.assignment
        assigned.push(index)
        await deliver(cheat.node.signer, talk, index, assigned.length - 1)
      },
    })
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, 3)
    expect((await ended(requestor, id)).state).toBe('done')
    const open = cheat.heard.find((message) => message.type === 'open') as RequestorMessage & { type: 'open' }
    const reveals = cheat.heard.flatMap((message) => (message.type === 'reveal' ? [message] : []))
    expect(reveals.map(({ draw }) => draw)).toEqual([...reveals.keys()])
    for (const { draw, value } of reveals)
      expect(followsInChain(value, open.draws?.head as Bytes32, draw + 1)).toBe(true)
  })

  it('is nothing that a provider may know before: who names a draw that was revealed is left out', async () => {
    await grid.provider({ price: '0.2' })
    const cheat = await hostileProvider(grid, {
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        // Always the first draw.
        if (message.type === 'assign') await deliver(cheat.node.signer, talk, message.assignment.index, 0)
      },
    })
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, 6)
    const view = await ended(requestor, id)
    expect(view.state).toBe('done')
    const seen = view.providers.find(({ address }) => address === cheat.node.signer.address)
    expect(seen).toMatchObject({ state: 'excluded', doing: 'It signed deliveries for draws that it could know.' })
  })

  it('is revealed also of what comes too late, or its provider could take no more work', async () => {
    await grid.stop()
    grid = createGrid({ pace: 10 })
    let isStopped = false
    const late = await hostileProvider(grid, {
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type !== 'cancel' || isStopped) return
        isStopped = true
        await grid.clock.sleep(1_500)
        await deliver(late.node.signer, talk, message.index, 0)
      },
    })
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, 1)
    await until(requestor, id, () => late.heard.some(({ type }) => type === 'assign'))
    await grid.provider({ price: '0.2', gate: () => grid.clock.sleep(4_000) })
    const view = await ended(requestor, id, 50_000)
    expect([view.state, isStopped]).toEqual(['done', true])
    await vi.waitUntil(() => late.heard.some(({ type }) => type === 'reveal'))
  })

  it('is nothing that was not promised: who names such a draw is left out, and the job goes on', async () => {
    await grid.provider({ price: '0.2' })
    const cheat = await hostileProvider(grid, {
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type !== 'assign') return
        const nothing = { outputs: null, result: {}, usage }
        const deliveries = [
          { index: 4_000, draw: 0, ...nothing },
          { index: 4_001, draw: 8_191, ...nothing },
        ]
        const batch = signDeliveryBatch(cheat.node.signer, domainOf(talk.terms.settlement), talk.id, deliveries)
        await talk.say({ type: 'delivered-many', batch })
      },
    })
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, 6)
    const view = await ended(requestor, id)
    expect([view.state, view.problem]).toEqual(['done', null])
    const seen = view.providers.find(({ address }) => address === cheat.node.signer.address)
    expect(seen).toMatchObject({ state: 'excluded', doing: 'It signed deliveries for draws that nobody promised.' })
  })

  it('answers what was asked: who signs another question is left out', async () => {
    await grid.provider({ price: '0.2' })
    const asked = hashText('What is the square of nothing?')
    const cheat = await hostileProvider(grid, {
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type === 'assign')
          await deliver(cheat.node.signer, talk, message.assignment.index, message.assignment.index, asked)
      },
    })
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, 6)
    const view = await ended(requestor, id)
    expect(view.state).toBe('done')
    const seen = view.providers.find(({ address }) => address === cheat.node.signer.address)
    expect(seen).toMatchObject({ state: 'excluded', doing: 'It signed deliveries for what it was not asked.' })
  })
})

/** The right answer, in the words of a batch of one; to `asked`, where it says so. */
async function deliver(
  signer: Parameters<typeof signDeliveryBatch>[0],
  talk: Talk,
  index: number,
  draw: number,
  asked?: Bytes32,
) {
  const square = (index + 1) ** 2
  const deliveries = [{ index, outputs: null, result: { square }, usage, draw, ...(asked ? { asked } : {}) }]
  const batch = signDeliveryBatch(signer, domainOf(talk.terms.settlement), talk.id, deliveries)
  await talk.say({ type: 'delivered-many', batch })
}
