import type { App } from '@golem/ports'
import type { RequestorMessage } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { squaresApp } from '../squares-app.ts'
import { acknowledge, type Hostile, hostileProvider, type Script, type Talk } from './hostile.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

// A provider takes long, and another one is asked beside it. One of the two is paid.

type Assigned = RequestorMessage & { type: 'assign' }
type Act = (talk: Talk, assigned: Assigned) => unknown
type Acts = { onAssign?: Act; onShare?: Act; onTake?: Act; onCancel?: Act } & Pick<Script, 'protocol' | 'onOpen'>

const indicesOf = (message: RequestorMessage): number[] => {
  if (message.type === 'assign') return [message.assignment.index]
  return 'index' in message ? [message.index] : message.type === 'take' ? message.indices : []
}

describe('work that two providers compute', () => {
  let grid: Grid
  /** To the first provider. */
  let given: Map<number, Assigned>
  beforeEach(() => {
    given = new Map()
    // A minute takes six seconds.
    grid = createGrid({ pace: 10 })
  })
  afterEach(() => grid.stop())

  const compute: Act = (talk, assigned) => talk.compute(assigned)
  const ready: Act = (talk, { assignment }) => talk.say({ type: 'ready', indices: [assignment.index] })
  /** What a provider by hand does with what it was given. */
  const script = (
    { onAssign, onShare, onTake, onCancel, ...others }: Acts,
    given: Map<number, Assigned> = new Map(),
  ): Script => ({
    ...others,
    onMessage: async (message, talk) => {
      await acknowledge(message, talk)
      if (message.type === 'assign') given.set(message.assignment.index, message)
      const act = { assign: onAssign, share: onShare, take: onTake, cancel: onCancel }[message.type as 'share']
      for (const index of indicesOf(message)) {
        const assigned = given.get(index)
        if (assigned !== undefined) await act?.(talk, assigned)
      }
    },
  })
  const acceptedBy = ({ heard }: Hostile) =>
    new Set(heard.flatMap((message) => (message.type === 'accept' ? message.indices : [])))
  const asks = ({ heard }: Hostile) =>
    heard.flatMap((message) => (message.type === 'take' ? message.indices : [])).length

  /** A job of two squares, both at a slow provider, until another one comes. */
  const run = async (
    slowly: Acts,
    other: () => Promise<unknown> = () => grid.provider({ price: '0.2' }),
    app: Partial<App> = {},
  ) => {
    const count = 2
    const slow = await hostileProvider(grid, script(slowly, given))
    const { requestor, node } = await grid.requestor(undefined, {}, app)
    const { id } = await begin(requestor, node, count)
    await until(requestor, id, (view) => view.state === 'running')
    await other()
    const view = await ended(requestor, id, 50_000)
    const row = view.providers.find(({ address }) => address === slow.node.signer.address)
    expect(view).toMatchObject({ state: 'done', problem: null, groups: { done: count, total: count } })
    expect(given.size).toBeGreaterThan(0)
    return { view, row, slow, given }
  }

  it('is the first one’s where it was delivered while it was told that another is asked', async () => {
    const { view, row, slow, given } = await run({ onShare: compute })
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

  const later: Act = (talk, assigned) => grid.clock.sleep(3_000).then(() => talk.compute(assigned))
  let hasDelivered: PromiseWithResolvers<void>
  const first: Act = (talk, assigned) => talk.compute(assigned).then(hasDelivered.resolve)
  const second: Act = (talk, assigned) => hasDelivered.promise.then(() => talk.compute(assigned))
  /** Both are delivered before one of them is judged. */
  const slowly: Partial<App> = {
    verify: async (program, asked, signal) => {
      await grid.clock.sleep(5_000)
      return squaresApp.verify(program, asked, signal)
    },
  }
  it.each([
    ['have it ready', { onShare: ready, onTake: later }, { onShare: ready, onTake: later }],
    ['deliver it one after the other', { onShare: first }, { onAssign: second }],
    ['have it ready, and deliver it at once', { onShare: ready, onTake: compute }, { onAssign: compute }],
  ])('is paid once where two keys of one owner %s', async (_, one, other) => {
    hasDelivered = Promise.withResolvers()
    const twins: Hostile[] = []
    const { view, slow } = await run(one, async () => twins.push(await hostileProvider(grid, script(other))), slowly)
    const both = [slow, ...twins]
    expect(both.reduce((sum, each) => sum + asks(each), 0)).toBeLessThanOrEqual(2)
    expect(both.reduce((sum, each) => sum + acceptedBy(each).size, 0)).toBe(2)
    expect(view.providers.reduce((sum, { earnedWei }) => sum + earnedWei, 0n)).toBe(FAIR_PRICE)
  })

  it('is the first one’s where that was left, and delivered when it heard of it: the other is not asked yet', async () => {
    const distrusted = new Set<string>()
    const given = new Map<number, Assigned>()
    const slow = await hostileProvider(grid, script({ onCancel: compute }, given))
    const declineProvider = (provider: string) =>
      distrusted.has(provider) ? { code: 'DENIED', message: 'It is denied.' } : null
    const { requestor, node } = await grid.requestor(undefined, { judgement: { declineProvider } as never })
    const { id } = await begin(requestor, node, 2)
    await until(requestor, id, () => given.size > 0)
    await grid.provider({ price: '0.2', cores: 4 })
    await until(requestor, id, ({ providers }) => providers.length === 2)
    distrusted.add(slow.node.signer.address)
    expect((await ended(requestor, id)).state).toBe('done')
    expect(acceptedBy(slow)).toEqual(new Set(given.keys()))
  })

  it('is the first one’s also where the other has it ready before that arrives', async () => {
    const { slow, given } = await run(
      { onShare: (talk, assigned) => grid.clock.sleep(500).then(() => talk.compute(assigned)) },
      () => hostileProvider(grid, script({ onShare: ready, onTake: compute })),
    )
    expect(acceptedBy(slow)).toEqual(new Set(given.keys()))
  })

  it('is paid where the job is stopped, and it was delivered meanwhile', async () => {
    const given = new Map<number, Assigned>()
    const slow = await hostileProvider(grid, script({ onCancel: compute }, given))
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 1)
    await until(requestor, id, () => given.size > 0)
    requestor.cancel(id)
    const view = await ended(requestor, id)
    expect([view.state, acceptedBy(slow)]).toEqual(['cancelled', new Set([0])])
  })

  it('is the other one’s where the first was not told, being of an older version, and holds it back', async () => {
    const { slow } = await run({
      protocol: '/golem/activity/1.4.0',
      onAssign: (talk, assigned) => (assigned.assignment.index === 0 ? talk.compute(assigned) : undefined),
    })
    expect(acceptedBy(slow)).toEqual(new Set([0]))
  })

  it('is the other one’s where the first says again and again that it is ready, on one stream after the other', async () => {
    const held = new Set<number>()
    const { slow } = await run({
      onOpen: async (talk) => {
        await talk.open([...held])
        if (held.size > 0) await talk.say({ type: 'ready', indices: [...held] })
      },
      onAssign: (talk, assigned) => {
        held.add(assigned.assignment.index)
        return ready(talk, assigned)
      },
      onTake: (talk) => grid.clock.sleep(8_000).then(() => talk.channel.abort()),
    })
    expect(acceptedBy(slow).size).toBe(0)
    expect(asks(slow)).toBeGreaterThan(1)
  })

  it('is the first one’s where that was lost, and is back before the other has it', async () => {
    let awayUntilMs = 0
    const acts: Acts = {
      onOpen: async (talk) => {
        if (grid.clock.now() < awayUntilMs) return talk.channel.abort()
        await talk.open([...given.keys()])
        for (const assigned of given.values()) await talk.compute(assigned)
      },
      onAssign: (talk) => {
        awayUntilMs = grid.clock.now() + 7_000
        talk.channel.abort()
      },
    }
    const { slow } = await run(acts, () => grid.provider({ price: '0.2', gate: () => grid.clock.sleep(30_000) }))
    expect(acceptedBy(slow)).toEqual(new Set(given.keys()))
  })

  it('is asked of the other where the first does not deliver what it said to be ready', async () => {
    const { row, slow } = await run({
      onShare: ready,
    })
    expect(asks(slow)).toBeGreaterThan(0)
    expect(row).toMatchObject({ accepted: 0, earnedWei: 0n })
  })
})
