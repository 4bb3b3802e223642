import { domainOf, newPrivateKey, type RequestorMessage, signerFromKey, signVoucher } from '@golem/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { makeRequestor, makeWorld, subtask } from './world.ts'

/** A run opens a world: a fifth of what is usual. */
const RUNS = (fc.readConfigureGlobal().numRuns ?? 100) / 5

type Act =
  | { do: 'assign'; index: number; method: string; hours: number }
  | { do: 'accept'; indices: number[]; amount: number; by: 'requestor' | 'stranger' }
  | { do: 'cancel' | 'reject'; index: number }
  | { do: 'fund'; base: number; cap: number; post: boolean }
  /** Accepts honestly what was heard of. */
  | { do: 'pay' }
  | { do: 'break' | 'restart' | 'wait' }

const index = fc.integer({ min: 0, max: 6 })
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('assign' as const),
      index,
      method: fc.constantFrom('render', 'render', 'fail', 'crash', 'wait'),
      hours: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('accept' as const),
      indices: fc.array(index, { maxLength: 3 }),
      amount: fc.integer({ min: 0, max: 9 }).map((count) => count * 100),
      by: fc.constantFrom('requestor' as const, 'requestor' as const, 'requestor' as const, 'stranger' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'reject' as const), index }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('fund' as const),
      base: fc.integer({ min: 0, max: 4 }).map((count) => count * 100),
      cap: fc.integer({ min: 0, max: 5 }).map((count) => count * 100),
      post: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pay' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('break' as const, 'restart' as const, 'wait' as const) }) },
)

/**
 * Whatever a requestor says, in whatever order, broken off and restarted at any point: everything that was accepted is
 * paid on chain in the end, to the last unit.
 */
it('never accepts what it is not paid for', async () => {
  const stranger = signerFromKey(newPrivateKey())
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
      const world = await makeWorld({ cores: 2, unpaidLimitWei: 500n, heartbeatMs: 10_000 })
      const requestor = await makeRequestor(world)
      const hired = await requestor.hired({ unpaidLimitWei: 500n }, { capWei: 900n })
      const { terms, inputs } = hired
      let { stream } = hired
      const key = requestor.keyOf(terms)
      let isOver = false
      const watch = () => {
        isOver = false
        const watched = stream
        void watched.ended.then(() => {
          isOver = watched === stream
        })
      }
      watch()
      const quiet = () => new Promise((resolve) => setTimeout(resolve, 2))
      const reopen = async (): Promise<void> => {
        // Past the penalty, and past one for what was still being read.
        await world.clock.advance(61_000)
        const opened = await requestor.open(terms).catch(() => null)
        if (opened === null) return await reopen()
        stream = opened
        await stream.hear('opened')
        watch()
      }
      const say = async (message: RequestorMessage) => {
        if (isOver) await reopen()
        await stream.say(message)
        await quiet()
      }
      const prices = new Map<number, bigint>()
      const pay = async () => {
        const indices = new Set<number>()
        while (stream.heard().some(({ type }) => type === 'delivered'))
          indices.add((await stream.hear('delivered')).delivery.index)
        const addWei = [...indices].reduce((sum, at) => sum + (prices.get(at) ?? 0n), 0n)
        const voucher = requestor.voucher(terms, world.provider.earnings().earnedWei + addWei)
        await say({ type: 'accept', indices: [...indices], voucher })
      }
      for (const each of acts) {
        if (each.do === 'pay') await pay()
        else if (each.do === 'assign') {
          prices.set(each.index, BigInt(each.hours) * 100n)
          await say(subtask(each.index, inputs, { method: each.method, units: each.hours * 3_600_000_000 }))
        } else if (each.do === 'accept') {
          const by = each.by === 'requestor' ? requestor.signer : stranger
          const voucher = signVoucher(by, domainOf(terms.settlement), key, BigInt(each.amount))
          await say({ type: 'accept', indices: each.indices, voucher })
        } else if (each.do === 'cancel') await say({ type: 'cancel', index: each.index })
        else if (each.do === 'reject')
          await say({ type: 'reject', index: each.index, reason: { code: 'WRONG', message: 'No.' } })
        else if (each.do === 'fund') {
          const funding = await requestor.lock(terms, {
            baseWei: BigInt(each.base),
            capWei: BigInt(each.cap),
            post: each.post,
          })
          await say({ type: 'fund', funding })
        } else if (each.do === 'break') {
          stream.channel.abort()
          await reopen()
        } else if (each.do === 'restart') {
          await world.stop()
          await world.start()
          await reopen()
        } else for (let at = 0; at < 7; at++) world.tool.open(`frame ${at}`)
      }
      const { earnedWei } = world.provider.earnings()
      await reopen()
      await stream.say({ type: 'finish' })
      await stream.ended
      for (let round = 0; round < 50 && world.provider.earnings().owedToMeWei > 0n; round++)
        await world.clock.advance(1_000)
      await world.clock.advance(2_000)
      const { paidWei, collectedWei } = await world.chain.channel(key)
      expect(paidWei).toBeGreaterThanOrEqual(earnedWei)
      expect(collectedWei).toBe(paidWei)
      await world.stop()
      expect(world.tool.alive).toBe(0)
      expect(
        [...world.disk.keys()].filter((path) => /^\/provider\/(provider\/)?(programs|inputs|outputs)\/./.test(path)),
      ).toEqual([])
    }),
    { numRuns: RUNS },
  )
})
