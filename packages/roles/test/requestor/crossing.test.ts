import type { RequestorMessage } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { acknowledge, type Hostile, hostileProvider, type Script, type Talk } from './hostile.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

// A provider takes long, and another one is asked beside it. One of the two is paid.

type Assigned = RequestorMessage & { type: 'assign' }
type Act = (talk: Talk, assigned: Assigned, rival: Assigned | undefined) => unknown
type Acts = { onAssign?: Act; onShare?: Act; onShow?: Act; onCancel?: Act }

describe('work that two providers compute', () => {
  let grid: Grid
  beforeEach(() => {
    // A minute takes six seconds.
    grid = createGrid({ pace: 10 })
  })
  afterEach(() => grid.stop())

  /** What a provider by hand does with what it was given. */
  const script = ({ onAssign, onShare, onShow, onCancel }: Acts, given: Map<number, Assigned>): Script => ({
    onMessage: async (message, talk) => {
      await acknowledge(message, talk)
      if (message.type === 'assign') given.set(message.assignment.index, message)
      const act = { assign: onAssign, share: onShare, show: onShow, cancel: onCancel }[message.type as 'share']
      const index = message.type === 'assign' ? message.assignment.index : 'index' in message ? message.index : -1
      const assigned = given.get(index)
      if (assigned !== undefined) await act?.(talk, assigned, undefined)
    },
  })
  const acceptedBy = ({ heard }: Hostile) =>
    new Set(heard.flatMap((message) => (message.type === 'accept' ? message.indices : [])))
  const asks = ({ heard }: Hostile) => heard.filter(({ type }) => type === 'show').length

  /** A job of two squares, both at a slow provider, until another one comes. */
  const run = async (slowly: Acts, other: () => Promise<unknown> = () => grid.provider({ price: '0.2' })) => {
    const given = new Map<number, Assigned>()
    const slow = await hostileProvider(grid, script(slowly, given))
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 2)
    await until(requestor, id, (view) => view.state === 'running')
    await other()
    const view = await ended(requestor, id, 50_000)
    const row = view.providers.find(({ address }) => address === slow.node.signer.address)
    expect(view).toMatchObject({ state: 'done', problem: null, groups: { done: 2, total: 2 } })
    expect(given.size).toBeGreaterThan(0)
    return { view, row, slow, given }
  }

  it('is the first one’s where it was delivered while it was told that another is asked', async () => {
    const { view, row, slow, given } = await run({ onShare: (talk, assigned) => talk.compute(assigned) })
    expect(acceptedBy(slow)).toEqual(new Set(given.keys()))
    expect(row).toMatchObject({ accepted: given.size, earnedWei: BigInt(given.size) * (FAIR_PRICE / 2n) })
    expect(view.subtasks.accepted).toBe(2)
    const paidWei = view.providers.reduce((sum, { earnedWei }) => sum + earnedWei, 0n)
    expect(paidWei).toBe(BigInt(given.size) * (FAIR_PRICE / 2n) + BigInt(2 - given.size) * FAIR_PRICE * 2n)
  })

  it('is the other one’s where the first is wrong', async () => {
    const { view, row, slow } = await run({
      onShare: async (talk, assigned) => {
        const wrong = { ...assigned.assignment.request, params: { n: 1_000 } }
        await talk.compute({ ...assigned, assignment: { ...assigned.assignment, request: wrong } })
      },
    })
    expect(view.rejections.length).toBeGreaterThan(0)
    expect(acceptedBy(slow).size).toBe(0)
    expect(row).toMatchObject({ accepted: 0, earnedWei: 0n })
  })

  it('is the other one’s where the first delivers long after', async () => {
    const late: Promise<unknown>[] = []
    const { view, row, slow } = await run({
      onCancel: (talk, assigned) => late.push(grid.clock.sleep(5_000).then(() => talk.compute(assigned))),
    })
    await Promise.all(late)
    expect(view.rejections).toEqual([])
    expect(acceptedBy(slow).size).toBe(0)
    expect(row).toMatchObject({ accepted: 0, earnedWei: 0n })
  })

  it('is paid once, however many keys of one owner have it ready, or deliver it at once', async () => {
    const twins: Hostile[] = []
    const given = new Map<number, Assigned>()
    const ready: Act = (talk, { assignment }) => talk.say({ type: 'ready', index: assignment.index })
    const { view, slow } = await run(
      { onShare: ready, onShow: (talk, assigned) => talk.compute(assigned) },
      async () => {
        const acts = { onShare: ready, onShow: (talk: Talk, assigned: Assigned) => talk.compute(assigned) }
        twins.push(await hostileProvider(grid, script(acts, given)))
      },
    )
    const both = [slow, ...twins]
    expect(both.reduce((sum, each) => sum + acceptedBy(each).size, 0)).toBe(2)
    expect(both.reduce((sum, each) => sum + asks(each), 0)).toBe(2)
    expect(view.providers.reduce((sum, { earnedWei }) => sum + earnedWei, 0n)).toBe(FAIR_PRICE)
  })

  it('is asked of the other where the first does not deliver what it said to be ready', async () => {
    const { row, slow } = await run({
      onShare: (talk, { assignment }) => talk.say({ type: 'ready', index: assignment.index }),
    })
    expect(asks(slow)).toBeGreaterThan(0)
    expect(row).toMatchObject({ accepted: 0, earnedWei: 0n })
  })
})
