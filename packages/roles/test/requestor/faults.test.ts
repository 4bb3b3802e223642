import type { Store } from '@golem/ports'
import { memoryStore } from '@golem/ports/memory'
import { GolemError } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGrid, type Grid, type Node } from '../grid.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

/** How a job goes on. */
const AS_BEFORE = { budgetWei: null, deadlineMs: null }

const full = () =>
  new GolemError({ code: 'STORE_FAILED', message: 'The disk is full.', remedy: 'Free some space and start again.' })

/** A store whose disk is full after so many commits. */
function fillingStore(inner: Store = memoryStore()) {
  const disk = { commitsLeft: Number.POSITIVE_INFINITY }
  const store: Store = {
    ...inner,
    commit: (changes) => {
      if (disk.commitsLeft <= 0) throw full()
      disk.commitsLeft -= 1
      inner.commit(changes)
    },
  }
  return { disk, store, inner }
}

describe('a disk that is full', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  const nodeWith = (store: Store): Node => ({ ...grid.newNode(), store })

  it.each(Array.from({ length: 24 }, (_, i) => i + 1))(
    'ends the job in one sentence after %i commits; nothing is lost or paid twice',
    async (commits) => {
      const { provider } = await grid.provider()
      const { disk, store, inner } = fillingStore()
      const node = nodeWith(store)
      const first = await grid.requestor(node)
      disk.commitsLeft = commits
      const { id } = await begin(first.requestor, node, 3)
      const view = await ended(first.requestor, id)
      if (view.state === 'done') return
      expect(view).toMatchObject({ state: 'failed', problem: { code: 'STORE_FAILED' } })
      await first.requestor.stop()
      // Whatever was written is all that there is.
      disk.commitsLeft = Number.POSITIVE_INFINITY
      const second = await grid.requestor({ ...node, store: inner })
      const after = await ended(second.requestor, id)
      expect(after).toMatchObject({ state: 'done', spentWei: 3n * FAIR_PRICE })
      expect((await second.requestor.treasury.totals()).spentWei).toBe(3n * FAIR_PRICE)
      await vi.waitUntil(() => provider.earnings().earnedWei === 3n * FAIR_PRICE, { timeout: 5_000 })
    },
  )

  it('takes no token before the first subtask could be written down', async () => {
    await grid.provider()
    const { disk, store } = fillingStore()
    const node = nodeWith(store)
    const { requestor } = await grid.requestor(node)
    const chain = grid.ledger.open(node.signer.address)
    const before = await chain.balances(node.signer.address)
    for (disk.commitsLeft = 2; disk.commitsLeft < 8; ) {
      const commits = disk.commitsLeft
      const { id } = await begin(requestor, node, 2)
      const { providers } = await ended(requestor, id)
      const after = await chain.balances(node.signer.address)
      if (after.walletWei !== before.walletWei) {
        expect(providers).not.toEqual([])
        break
      }
      disk.commitsLeft = commits + 1
    }
  })

  it('is told in words where a job cannot even begin', async () => {
    const { disk, store } = fillingStore()
    const node = nodeWith(store)
    const { requestor } = await grid.requestor(node)
    disk.commitsLeft = 0
    await expect(begin(requestor, node, 2)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(requestor.jobs()).toEqual([])
  })

  it('can be freed, and the job resumed in the same node: nobody is owed more than was accepted', async () => {
    const { provider } = await grid.provider()
    const { disk, store } = fillingStore()
    const node = nodeWith(store)
    const { requestor } = await grid.requestor(node)
    const { id } = await begin(requestor, node, 8)
    await until(requestor, id, (view) => view.subtasks.accepted > 1)
    disk.commitsLeft = 0
    expect(await ended(requestor, id)).toMatchObject({ problem: { code: 'STORE_FAILED' } })
    disk.commitsLeft = Number.POSITIVE_INFINITY
    await requestor.resume(id, AS_BEFORE)
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', spentWei: 8n * FAIR_PRICE })
    expect((await requestor.treasury.totals()).spentWei).toBe(8n * FAIR_PRICE)
    await vi.waitUntil(() => provider.earnings().earnedWei === 8n * FAIR_PRICE, { timeout: 5_000 })
  })
})

describe('several who act at once', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  it('resume a job once', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 6, { budgetWei: 2n * FAIR_PRICE })
    await ended(requestor, id)
    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, () => requestor.resume(id, { ...AS_BEFORE, budgetWei: 50n * FAIR_PRICE })),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const { status, ...rest } of tries) {
      if (status === 'rejected') expect(rest).toMatchObject({ reason: { code: 'JOB_STATE' } })
    }
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', spentWei: 6n * FAIR_PRICE })
  })

  it('confirm, cancel and cancel again: the job ends, and only once', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3, { confirm: true })
    await until(requestor, id, (view) => view.state === 'confirming')
    requestor.confirm(id, null)
    requestor.cancel(id)
    requestor.cancel(id)
    expect(await ended(requestor, id)).toMatchObject({ state: 'cancelled' })
    expect(requestor.cancel(id)).toMatchObject({ state: 'cancelled' })
    expect(() => requestor.confirm(id, null)).toThrow(expect.objectContaining({ code: 'JOB_STATE' }))
    await requestor.resume(id, AS_BEFORE)
    await expect(requestor.resume(id, AS_BEFORE)).rejects.toMatchObject({ code: 'JOB_STATE' })
    expect(await ended(requestor, id)).toMatchObject({ state: 'done' })
  })

  it('work into one folder: both jobs end', async () => {
    await grid.provider({ cores: 2 })
    const { requestor, node } = await grid.requestor()
    const jobs = await Promise.all([begin(requestor, node, 3), begin(requestor, node, 3)])
    for (const { id } of jobs) expect(await ended(requestor, id)).toMatchObject({ state: 'done' })
  })
})

describe('a node that starts', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  it('is kept from nothing by the log of one job', async () => {
    await grid.provider()
    const node = grid.newNode()
    const first = await grid.requestor(node)
    const { id } = await begin(first.requestor, node, 2)
    await ended(first.requestor, id)
    await first.requestor.stop()
    const created = JSON.parse(node.store.read(`job/${id}`)[0] ?? '')
    const other = (change: object) => JSON.stringify({ ...created, request: { ...created.request, ...change } })
    node.store.commit([
      { put: 'jobs/broken', value: '' },
      { append: 'job/broken', events: ['{"type":"ended"}'] },
      { put: 'jobs/gone', value: '' },
      { append: 'job/gone', events: [other({ id: 'gone', app: 'sculptor' })] },
    ])
    const { requestor } = await grid.requestor(node)
    expect(requestor.job(id).state).toBe('done')
    expect(requestor.job('gone').waiting).toContain('no application "sculptor"')
    expect(requestor.cancel('gone')).toMatchObject({ state: 'cancelled' })
    const next = await begin(requestor, node, 2)
    expect((await ended(requestor, next.id)).state).toBe('done')
  })
})
