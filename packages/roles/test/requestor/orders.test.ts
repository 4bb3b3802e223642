import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

/** How a job goes on. */
const AS_BEFORE = { budgetWei: null, deadlineMs: null }

let grid: Grid
beforeEach(() => {
  grid = createGrid()
})
afterEach(() => grid.stop())

/** Work of numbers above `held` does not end before it is released. */
function held(above: number) {
  const { promise, resolve: release } = Promise.withResolvers<void>()
  return { gate: (n: number) => (n > above ? promise : Promise.resolve()), release }
}

describe('a job that is paused', () => {
  it('finishes what runs, hands out nothing more, and goes on with the same agreements', async () => {
    const { gate, release } = held(2)
    await grid.provider({ gate })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 12)
    await until(requestor, id, (view) => view.groups.done === 2)
    expect(requestor.pause(id)).toMatchObject({ state: 'paused', etaMs: null })
    release()
    const paused = await until(requestor, id, (view) => view.subtasks.running === 0)
    await until(requestor, id, (view) => view.groups.done === view.subtasks.accepted)
    expect(paused.state).toBe('paused')
    expect(paused.subtasks.accepted).toBeLessThan(12)
    expect(requestor.pause(id).state).toBe('paused')
    expect((await requestor.resume(id, AS_BEFORE)).state).toBe('running')
    const done = await ended(requestor, id)
    expect(done).toMatchObject({ state: 'done', spentWei: 12n * FAIR_PRICE })
    expect(done.providers).toHaveLength(1)
  })

  it('is still paused after a restart, and can be cancelled', async () => {
    const { gate } = held(1)
    await grid.provider({ gate })
    const first = await grid.requestor()
    const { id } = await begin(first.requestor, first.node, 5)
    await until(first.requestor, id, (view) => view.groups.done === 1)
    first.requestor.pause(id)
    await first.requestor.stop()
    const { requestor } = await grid.requestor(first.node)
    await until(requestor, id, (view) => view.state === 'paused')
    requestor.cancel(id)
    expect(await ended(requestor, id)).toMatchObject({ state: 'cancelled', groups: { done: 1 } })
    expect(() => requestor.pause(id)).toThrow(expect.objectContaining({ code: 'JOB_STATE' }))
  })

  it('keeps its deadline', async () => {
    const { gate, release } = held(1)
    await grid.provider({ gate })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3)
    await until(requestor, id, (view) => view.groups.done === 1)
    requestor.pause(id)
    await expect(requestor.resume(id, { budgetWei: null, deadlineMs: 60_000 })).rejects.toMatchObject({
      code: 'JOB_STATE',
    })
    release()
  })
})

describe('a budget', () => {
  it('is changed while the job goes on', async () => {
    const { gate, release } = held(1)
    await grid.provider({ gate })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 6, { budgetWei: 2n * FAIR_PRICE })
    await until(requestor, id, (view) => view.groups.done === 1)
    expect(() => requestor.setBudget(id, FAIR_PRICE)).toThrow(expect.objectContaining({ code: 'BUDGET_TOO_SMALL' }))
    expect(() => requestor.setBudget(id, 201n * FAIR_PRICE)).toThrow(
      expect.objectContaining({ code: 'BUDGET_TOO_LARGE' }),
    )
    expect(requestor.setBudget(id, 6n * FAIR_PRICE)).toMatchObject({ state: 'running', budgetWei: 6n * FAIR_PRICE })
    release()
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', spentWei: 6n * FAIR_PRICE })
    expect(() => requestor.setBudget(id, 9n * FAIR_PRICE)).toThrow(expect.objectContaining({ code: 'JOB_STATE' }))
  })

  it('that was lowered holds', async () => {
    const { gate, release } = held(1)
    await grid.provider({ gate })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 40)
    await until(requestor, id, (view) => view.groups.done === 1)
    const { subtasks } = requestor.setBudget(id, FAIR_PRICE + 1n)
    release()
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'failed', problem: { code: 'BUDGET_SPENT' } })
    // What was under way is paid.
    expect(view.subtasks.accepted).toBeLessThanOrEqual(subtasks.accepted + subtasks.running + 1)
  })
})

describe('a result that is done again', () => {
  it('is computed by another while the job runs, paid again, and its price is added to the budget', async () => {
    const { gate, release } = held(2)
    await grid.provider({ gate })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 12, { budgetWei: 12n * FAIR_PRICE })
    await until(requestor, id, (view) => view.groups.done === 2)
    const group = requestor.groups(id).find(({ files }) => files.includes('1.txt'))?.id ?? ''
    const other = await grid.provider({ gate })
    await until(
      requestor,
      id,
      ({ providers }) => providers.length === 2 && providers.every(({ state }) => state === 'working'),
    )
    const view = await requestor.redo(id, group)
    expect(view.budgetWei).toBe(12n * FAIR_PRICE + (FAIR_PRICE * 150n) / 100n)
    expect(requestor.groups(id).find((each) => each.id === group)).toMatchObject({ files: [], redone: 1 })
    await expect(requestor.redo(id, group)).rejects.toMatchObject({ code: 'JOB_STATE' })
    await expect(requestor.redo(id, 'nothing')).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
    release()
    const done = await ended(requestor, id)
    expect(done).toMatchObject({ state: 'done', spentWei: 13n * FAIR_PRICE, subtasks: { accepted: 12 } })
    const again = requestor.subtasks(id).find((each) => each.group === group)
    expect(again?.provider).toBe(other.node.signer.address)
  })

  it('of a job that is done: only that is computed, and the file is there anew', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3, { budgetWei: 3n * FAIR_PRICE })
    await ended(requestor, id)
    node.disk.set('/home/out/2.txt', new TextEncoder().encode('spoilt'))
    const group = requestor.groups(id).find(({ files }) => files.includes('2.txt'))?.id ?? ''
    await requestor.redo(id, group)
    expect(await ended(requestor, id)).toMatchObject({
      state: 'done',
      spentWei: 4n * FAIR_PRICE,
      outputs: ['1.txt', '2.txt', '3.txt'],
    })
    expect(new TextDecoder().decode(node.disk.get('/home/out/2.txt') ?? new Uint8Array())).toBe('4')
  })

  it('is refused where the inputs of a job that is done are gone', async () => {
    await grid.provider()
    const first = await grid.requestor()
    const { id } = await begin(first.requestor, first.node, 2)
    await ended(first.requestor, id)
    const [group] = first.requestor.groups(id)
    const storage = { ...first.node.storage, has: async () => false }
    await first.requestor.stop()
    const { requestor } = await grid.requestor({ ...first.node, storage })
    await expect(requestor.redo(id, group?.id ?? '')).rejects.toMatchObject({ code: 'REDO_IMPOSSIBLE' })
    expect(requestor.job(id)).toMatchObject({ state: 'done', framesPerSecond: 12.5 })
  })
})
