import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { acknowledge, hostileProvider, type Script } from './hostile.ts'
import { begin, ended } from './jobs.ts'

describe('a voucher that was not heard', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  /** Works well, and loses its connection whenever it is paid, until `isDeaf` is false. */
  const deaf = () => {
    const state = { isDeaf: true }
    const script: Script = {
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type === 'assign') await talk.compute(message)
        if (message.type !== 'accept') return
        if (state.isDeaf) talk.channel.abort()
        else await talk.say({ type: 'voucher-stored', amountWei: message.voucher.amountWei })
      },
    }
    return { state, script }
  }
  const unpaid = (node: { store: { list(prefix: string): unknown[] } }) => node.store.list('requestor/unpaid/').length

  it('is brought when its job has ended, and then the agreement is finished', async () => {
    const { state, script } = deaf()
    const hostile = await hostileProvider(grid, script)
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 1)
    expect((await ended(requestor, id)).state).toBe('done')
    expect(hostile.heard.some(({ type }) => type === 'finish')).toBe(false)
    expect(unpaid(node)).toBe(1)
    state.isDeaf = false
    await vi.waitUntil(() => hostile.heard.some(({ type }) => type === 'finish'), { timeout: 10_000 })
    expect(unpaid(node)).toBe(0)
  })

  it('is brought after a restart', async () => {
    const { state, script } = deaf()
    const hostile = await hostileProvider(grid, script)
    const node = grid.newNode()
    const first = await grid.requestor(node)
    const { id } = await begin(first.requestor, node, 1)
    await ended(first.requestor, id)
    await first.requestor.stop()
    state.isDeaf = false
    const before = hostile.heard.length
    const second = await grid.requestor(node)
    await vi.waitUntil(() => unpaid(node) === 0, { timeout: 10_000 })
    const said = hostile.heard.slice(before)
    expect(said.filter(({ type }) => type === 'accept')).toMatchObject([
      { voucher: { amountWei: second.requestor.job(id).spentWei } },
    ])
    expect(said.at(-1)).toMatchObject({ type: 'finish' })
  })

  it('is heard at once by an honest provider: nothing is left to bring', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 4)
    await ended(requestor, id)
    await vi.waitUntil(() => unpaid(node) === 0, { timeout: 10_000 })
  })
})
