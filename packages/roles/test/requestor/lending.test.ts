import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Permit, Provider } from '../../src/index.ts'
import { createGrid, type Grid } from '../grid.ts'
import { acknowledge, hostileProvider } from './hostile.ts'
import { begin, ended, until } from './jobs.ts'

const lend = (provider: Provider, gate: Permit['gate']) => provider.lend({ gate, reason: '', thawsAtMs: null })

describe('providers whose owners need their machines', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid({ pace: 10 })
  })
  afterEach(() => grid.stop())

  /** A provider whose work waits for `open`. */
  async function gated() {
    const gate = Promise.withResolvers<void>()
    const started: number[] = []
    const { provider, node } = await grid.provider({
      gate: async (n) => {
        started.push(n)
        await gate.promise
      },
    })
    return { provider, address: node.signer.address, started, open: gate.resolve }
  }

  it('are not blamed for what they give back; others do it', async () => {
    const away = await gated()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 4)
    await vi.waitUntil(() => away.started.length > 0)
    const other = await grid.provider({ price: '0.2' })
    await lend(away.provider, 'off')
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'done', problem: null, rejections: [] })
    const row = view.providers.find(({ address }) => address === away.address)
    expect(row?.state).not.toBe('excluded')
    expect(other.provider.earnings().earnedWei).toBe(view.spentWei)
  })

  it('keep what stands still for a moment, and are paid for it', async () => {
    const away = await gated()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 2)
    await vi.waitUntil(() => away.started.length > 0)
    await lend(away.provider, 'frozen')
    await until(requestor, id, ({ waiting }) => waiting?.includes('takes no work') === true)
    away.open()
    await lend(away.provider, 'open')
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'done', problem: null, rejections: [] })
    expect(away.provider.earnings().earnedWei).toBe(view.spentWei)
  })

  it('keep nobody waiting while theirs stands still', async () => {
    const away = await gated()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3)
    await vi.waitUntil(() => away.started.length > 0)
    const other = await grid.provider({ price: '0.2' })
    await lend(away.provider, 'frozen')
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'done', problem: null })
    expect(other.provider.earnings().earnedWei).toBe(view.spentWei)
  })

  it('are waited for where there is nobody else, and asked again as soon as they take work', async () => {
    const away = await gated()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 2)
    await vi.waitUntil(() => away.started.length > 0)
    await lend(away.provider, 'off')
    await until(requestor, id, ({ waiting }) => waiting?.includes('takes no work') === true)
    const beganMs = grid.clock.now()
    // Longer than providers that are simply gone are waited for.
    await vi.waitUntil(() => grid.clock.now() - beganMs > 65_000, { timeout: 20_000 })
    expect(requestor.job(id).finishedAtMs).toBeNull()
    away.open()
    await lend(away.provider, 'open')
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', problem: null })
  })

  it.each([
    ['while they take work', false],
    ['between taking work and not', true],
  ])('do not hold a job up by giving everything back for ever, %s', async (_how, says) => {
    await hostileProvider(grid, {
      offer: { speed: 1_000, cores: 8 },
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type !== 'assign') return
        const reason = { code: 'HANDED_BACK', message: 'Again.' }
        if (says) await talk.say({ type: 'lending', lending: 'closed' })
        await talk.say({ type: 'failed', index: message.assignment.index, reason })
        if (says) await talk.say({ type: 'lending', lending: 'open' })
      },
    })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 4)
    await until(requestor, id, (view) => view.state === 'running')
    await grid.provider({ price: '0.2' })
    expect(await ended(requestor, id, 25_000)).toMatchObject({ state: 'done', problem: null })
  })
})
