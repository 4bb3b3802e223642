import type { RequestorMessage } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { acknowledge, hostileProvider, type Script, type Talk } from './hostile.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

// A provider is slow, another one gets its work, and it delivers when it hears that it is to stop: the two messages crossed.

type Assigned = RequestorMessage & { type: 'assign' }

describe('what is delivered while its provider is told to stop', () => {
  let grid: Grid
  beforeEach(() => {
    // A minute takes six seconds.
    grid = createGrid({ pace: 10 })
  })
  afterEach(() => grid.stop())

  /** `onStopped`: what the slow one does then. */
  const run = async (onStopped: (talk: Talk, assigned: Assigned) => Promise<void>) => {
    const given = new Map<number, Assigned>()
    const onMessage: Script['onMessage'] = async (message, talk) => {
      await acknowledge(message, talk)
      if (message.type === 'assign') given.set(message.assignment.index, message)
      const assigned = message.type === 'cancel' ? given.get(message.index) : undefined
      if (assigned !== undefined) await onStopped(talk, assigned)
    }
    const slow = await hostileProvider(grid, { onMessage })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 4)
    await until(requestor, id, (view) => view.state === 'running')
    await grid.provider({ price: '0.2' })
    const view = await ended(requestor, id, 50_000)
    const row = view.providers.find(({ address }) => address === slow.node.signer.address)
    const accepted = slow.heard.flatMap((message) => (message.type === 'accept' ? message.indices : []))
    return { view, row, accepted, given }
  }

  it('is judged and paid beside the other, once', async () => {
    const { view, row, accepted, given } = await run((talk, assigned) => talk.compute(assigned))
    expect(view).toMatchObject({ state: 'done', problem: null, groups: { done: 4, total: 4 } })
    expect(given.size).toBeGreaterThan(0)
    expect(new Set(accepted)).toEqual(new Set(given.keys()))
    expect(row).toMatchObject({ accepted: given.size, earnedWei: BigInt(given.size) * (FAIR_PRICE / 2n) })
  })

  it('is rejected where it is wrong', async () => {
    const { view, row, accepted } = await run(async (talk, assigned) => {
      const wrong = { ...assigned.assignment.request, params: { n: 1_000 } }
      await talk.compute({ ...assigned, assignment: { ...assigned.assignment, request: wrong } })
    })
    expect(view).toMatchObject({ state: 'done', problem: null })
    expect(view.rejections.length).toBeGreaterThan(0)
    expect(accepted).toEqual([])
    expect(row).toMatchObject({ accepted: 0, earnedWei: 0n })
  })

  it('is not paid where it comes long after', async () => {
    const late: Promise<void>[] = []
    const { view, row, accepted } = await run(async (talk, assigned) => {
      late.push(grid.clock.sleep(5_000).then(() => talk.compute(assigned)))
    })
    await Promise.all(late)
    expect(view).toMatchObject({ state: 'done', problem: null, rejections: [] })
    expect(accepted).toEqual([])
    expect(row).toMatchObject({ accepted: 0, earnedWei: 0n })
  })
})
