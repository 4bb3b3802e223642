import { asCid, type Cid, domainOf, parseGlm, priceOf, type RequestorMessage, signDeliveryBatch } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFactBook } from '../../src/index.ts'
import { createGrid, type Grid } from '../grid.ts'
import { acknowledge, type Hostile, hostileProvider, type Talk } from '../requestor/hostile.ts'
import { begin, ended, FAIR_PRICE } from '../requestor/jobs.ts'
import { saidSquaresApp } from '../squares-app.ts'

// Strategies of providers against the real roles; an honest one stands beside and is dearer, so that each is hired first.

type Assigned = RequestorMessage & { type: 'assign' }
type Play = {
  talk: Talk
  index: number
  /** What the program would have answered. */
  right: number
  /** How many it was given before. */
  before: number
  /** Says an answer, under the next draw unless it names another. */
  say(square: number, more?: { draw?: number; usage?: Partial<typeof USAGE>; outputs?: Cid }): Promise<void>
}
type Strategy = (play: Play) => Promise<void>

const USAGE = { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 }
const COUNT = 40

const CHEATS: Readonly<Record<string, Strategy>> = {
  garbage: ({ say, index }) => say(-index - 1),
  'a stale result': ({ say, index }) => say(index ** 2),
  'another frame': ({ say, index }) => say((index + 2) ** 2),
  'tampered in the last bit': ({ say, right }) => say(right + 1),
  'honest until trusted, then cheating': ({ say, right, before }) => say(before < 20 ? right : 0),
  'cheating half of the time': ({ say, right, before }) => say(before % 2 === 0 ? right : 0),
  'cheating every tenth time': ({ say, right, before }) => say(before % 10 === 9 ? 0 : right),
  'signing for a draw that it knows': ({ say, right }) => say(right, { draw: 0 }),
  'naming no draw, and cheating': async ({ say }) => say(0, { draw: -1 }),
  'late for ever': async () => {},
  'vanishing with what it took': async ({ talk }) => talk.channel.abort(),
  'withholding what it delivered': async ({ say }) => say(1, { outputs: asCid(`bafkrei${'z'.repeat(52)}`) }),
}

/** Who computes some, and is paid for those. */
const RIGHT_AT_TIMES = /^(honest|cheating)/

/** What does no harm: it is paid for right work, and not for what it claims. */
const HARMLESS: Readonly<Record<string, Strategy>> = {
  'honest work': ({ say, right }) => say(right),
  'false usage': ({ say, right }) => say(right, { usage: { wallMs: 1e9, cpuMs: 1e9, peakMemoryBytes: 1e15 } }),
}

describe('providers that cheat', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid({ pace: 4 })
  })
  afterEach(() => grid.stop())

  async function cheating(strategy: Strategy): Promise<Hostile> {
    let before = 0
    let draw = 0
    const onAssign = async ({ assignment: { index, request } }: Assigned, talk: Talk) => {
      const n = Number((request.params as { n: number }).n)
      const say: Play['say'] = async (square, more = {}) => {
        const next = more.draw ?? draw++
        const delivery = {
          index,
          outputs: more.outputs ?? null,
          result: { square },
          usage: { ...USAGE, ...more.usage },
        }
        const deliveries = [next < 0 ? delivery : { ...delivery, draw: next }]
        const batch = signDeliveryBatch(hostile.node.signer, domainOf(talk.terms.settlement), talk.id, deliveries)
        await talk.say({ type: 'delivered-many', batch })
      }
      await strategy({ talk, index: n - 1, right: n * n, before: before++, say })
    }
    const hostile: Hostile = await hostileProvider(grid, {
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type === 'assign') await onAssign(message, talk)
      },
    })
    return hostile
  }

  /** What one strategy brought in one job, beside an honest provider. */
  async function played(strategy: Strategy) {
    await grid.provider({ price: '0.2' })
    const hostile = await cheating(strategy)
    const node = grid.newNode()
    const { signer, store } = node
    const book = createFactBook({ store, signer, settlement: grid.ledger.settlement, clock: grid.clock })
    // Everything is checked: how many are drawn is for statistics, what follows for those that are is shown here.
    const { requestor } = await grid.requestor(node, { book }, saidSquaresApp(1))
    const { id } = await begin(requestor, node, COUNT, { budgetWei: 400n * FAIR_PRICE })
    const view = await ended(requestor, id, 120_000)
    const result = new TextDecoder().decode(node.disk.get('/home/out/squares.txt') ?? undefined)
    expect([view.state, result]).toEqual(['done', SQUARES])
    const its = view.providers.find(({ address }) => address === hostile.node.signer.address)
    const kinds = new Set(book.facts(hostile.node.signer.address).map(({ body }) => body.kind))
    return { earnedWei: its?.earnedWei ?? 0n, accepted: its?.accepted ?? 0, kinds, state: its?.state }
  }
  const SQUARES = Array.from({ length: COUNT }, (_, at) => `${(at + 1) ** 2}`).join('\n')
  /** By hand it takes half of what an honest one takes. */
  const PRICE = priceOf(1_000, parseGlm('0.05'))

  it.each(Object.entries(CHEATS))(
    '%s is paid for right work alone, and less than its honest twin',
    async (name, play) => {
      const { earnedWei, accepted, kinds } = await played(play)
      console.info(`${name}: ${accepted} of ${COUNT} accepted, noted as ${[...kinds].join(', ') || 'nothing'}`)
      expect(earnedWei).toBe(BigInt(accepted) * PRICE)
      // Silence after the reveal is no way out.
      if (name.startsWith('withholding')) expect([...kinds]).toEqual(['rejected'])
      // Its profit is at most what is left of its pay for the right ones; the twin has that of all.
      expect(accepted).toBeLessThanOrEqual(RIGHT_AT_TIMES.test(name) ? COUNT - 1 : name.startsWith('signing') ? 1 : 0)
    },
    150_000,
  )

  it.each(Object.entries(HARMLESS))(
    '%s is paid as it was agreed',
    async (_name, play) => {
      const { earnedWei, accepted, state } = await played(play)
      expect(state).toBe('finished')
      expect(accepted).toBeGreaterThan(0)
      expect(earnedWei).toBe(BigInt(accepted) * PRICE)
    },
    150_000,
  )
})
