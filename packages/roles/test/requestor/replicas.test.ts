import type { App, Network } from '@golem/ports'
import { ACTIVITY_PROTOCOL, hashText, type ProviderMessage, providerMessage } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JobView } from '../../src/requestor/index.ts'
import { createGrid, type Grid, type Node } from '../grid.ts'
import { manifest, squaresApp } from '../squares-app.ts'
import { acknowledge, hostileProvider, type Talk } from './hostile.ts'
import { begin, ended, FAIR_PRICE } from './jobs.ts'

const app: Partial<App> = {
  digest: async (program, { part }) => ({
    digest: hashText(JSON.stringify(await program.call('read', { folder: part.folder }))),
  }),
}
const calibrate = { method: 'calibrate', params: {} }
const classed = { manifest: { ...manifest, calibrate } }
const TWO_OF_THREE = { check: { kind: 'replicate', agreeing: 2, copies: 3 }, budgetWei: 1_000n * FAIR_PRICE }

describe('replicas', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  async function job(count: number, over: Partial<App> = {}, more = {}) {
    const { requestor, node } = await grid.requestor(undefined, {}, { ...app, ...over })
    const { id } = await begin(requestor, node, count, { ...TWO_OF_THREE, ...more })
    return { requestor, node, id }
  }
  const results = (node: Node, count: number) =>
    Array.from({ length: count }, (_, at) =>
      new TextDecoder().decode(node.disk.get(`/home/out/${at + 1}.txt`) ?? undefined),
    )
  const of = (view: JobView, node: Node) => view.providers.find(({ address }) => address === node.signer.address)

  it('of each subtask go to two providers, who agree and are paid', async () => {
    const providers = await Promise.all([grid.provider(), grid.provider()])
    const { requestor, node, id } = await job(4)
    const view = await ended(requestor, id)
    expect([view.state, results(node, 4)]).toEqual(['done', ['1', '4', '9', '16']])
    expect(providers.map((each) => of(view, each.node)?.accepted)).toEqual([4, 4])
    expect(view.spentWei).toBe(8n * FAIR_PRICE)
    expect(view.estimateWei).toBe(8n * FAIR_PRICE)
  })

  it('that agree on what is wrong are found out, and not paid: one of them is looked at as if it were alone', async () => {
    const colluding = await Promise.all([1, 2].map(() => grid.provider({ square: (n) => n + 1 })))
    const { requestor, node, id } = await job(2)
    await vi.waitUntil(() => requestor.job(id).rejections.length >= 2, { timeout: 20_000 })
    await Promise.all([grid.provider(), grid.provider()])
    const view = await ended(requestor, id)
    expect([view.state, results(node, 2)]).toEqual(['done', ['1', '4']])
    for (const each of colluding)
      expect(of(view, each.node)).toMatchObject({ state: 'excluded', accepted: 0, earnedWei: 0n })
  })

  it('that differ are computed by a third, and who stands alone is not paid, and not blamed', async () => {
    const cheat = await grid.provider({ square: (n) => n + 1 })
    const first = await grid.provider()
    const { requestor, node, id } = await job(4)
    // Four, each twice, and then one of them a third time.
    await vi.waitUntil(() => requestor.job(id).subtasks.total > 8, { timeout: 20_000 })
    const honest = [first, await grid.provider()]
    const view = await ended(requestor, id)
    expect([view.state, results(node, 4)]).toEqual(['done', ['1', '4', '9', '16']])
    expect(of(view, cheat.node)).toMatchObject({ accepted: 0, earnedWei: 0n })
    expect(honest.map((each) => of(view, each.node)?.accepted)).toEqual([4, 4])
    expect(view.rejections).toEqual([])
  })

  it('of a job that is stopped before they could be compared are looked at alone, and paid where they are right', async () => {
    const [cheat, honest] = [await grid.provider({ square: (n) => n + 1 }), await grid.provider()]
    const { requestor, id } = await job(1)
    // A third one is asked for, and there is none.
    await vi.waitUntil(() => requestor.job(id).subtasks.total > 2, { timeout: 20_000 })
    requestor.cancel(id)
    const view = await ended(requestor, id)
    expect([view.state, view.subtasks.accepted]).toEqual(['cancelled', 0])
    expect(of(view, cheat.node)).toMatchObject({ accepted: 0, earnedWei: 0n })
    expect(of(view, honest.node)).toMatchObject({ accepted: 1, earnedWei: FAIR_PRICE })
  })

  it('are shown only after all who compute the same have committed themselves', async () => {
    const { promise: goOn, resolve: release } = Promise.withResolvers<void>()
    const said: ProviderMessage['type'][] = []
    const over = ({ network }: { network: Network }) => ({
      network: {
        ...network,
        handle: (...[protocol, options, handler]: Parameters<Network['handle']>) =>
          network.handle(protocol, options, (channel) =>
            handler({
              ...channel,
              send: async (message) => {
                if (protocol === ACTIVITY_PROTOCOL)
                  said.push(providerMessage.parse(JSON.parse(new TextDecoder().decode(message))).type)
                return channel.send(message)
              },
            }),
          ),
      },
    })
    await grid.provider({ over })
    await grid.provider({ gate: () => goOn })
    const { requestor, id } = await job(1)
    await vi.waitUntil(() => said.includes('committed'), { timeout: 20_000 })
    expect(said.filter((type) => type.startsWith('delivered') || type === 'shown')).toEqual([])
    release()
    expect((await ended(requestor, id)).state).toBe('done')
    const [shown, delivered] = [said.indexOf('shown'), said.findIndex((type) => type.startsWith('delivered'))]
    expect(shown).toBeGreaterThan(said.indexOf('committed'))
    expect(delivered).toBeGreaterThan(shown)
  })

  it('are what was committed to: whoever shows another is left', async () => {
    const salt = hashText('salt')
    const hostile = await hostileProvider(grid, {
      onMessage: async (message, talk: Talk) => {
        await acknowledge(message, talk)
        if (message.type === 'assign')
          await talk.say({ type: 'committed', index: message.assignment.index, commitment: hashText('what I like') })
        if (message.type !== 'show') return
        await talk.say({ type: 'shown', index: message.index, salt })
        const { cid } = await hostile.node.storage.addBytes(new Uint8Array([1]))
        await talk.deliver(message.index, cid)
      },
    })
    await grid.provider()
    const { requestor, node, id } = await job(3)
    await vi.waitUntil(() => of(requestor.job(id), hostile.node)?.state === 'excluded', { timeout: 20_000 })
    await grid.provider()
    const view = await ended(requestor, id)
    expect([view.state, results(node, 3)]).toEqual(['done', ['1', '4', '9']])
    expect(of(view, hostile.node)).toMatchObject({ state: 'excluded', accepted: 0 })
  })

  it('on which nobody agrees end the job: the work is to blame', async () => {
    await Promise.all([1, 2, 3].map((add) => grid.provider({ square: (n) => n + add })))
    const { requestor, id } = await job(1)
    const view = await ended(requestor, id)
    expect([view.state, view.problem?.code]).toEqual(['failed', 'REPLICAS_UNDECIDED'])
    expect(view.spentWei).toBe(0n)
  })

  it('in different classes say nothing of each other: who is alone in its class is asked again for nothing, and not left', async () => {
    const other = await grid.provider({ app: classed, processor: 'new' })
    const inOld = () => grid.provider({ app: classed, processor: 'old', square: (n) => n + 0.5 })
    const first = await inOld()
    // The requestor's own processor is of no class here: what is half a unit off is alike.
    const verify: App['verify'] = async () => ({ accepted: true, how: 'alike' })
    const { requestor, node, id } = await job(2, { ...classed, verify })
    await vi.waitUntil(() => requestor.job(id).subtasks.total > 4, { timeout: 20_000 })
    const old = [first, await inOld()]
    const view = await ended(requestor, id)
    expect([view.state, results(node, 2)]).toEqual(['done', ['1.5', '2.5']])
    expect(old.map((each) => of(view, each.node)?.accepted)).toEqual([2, 2])
    expect(of(view, other.node)).toMatchObject({ accepted: 0, state: 'finished' })
  })

  it('that differ are computed by somebody of a class that can decide, before anybody of another', async () => {
    const { promise: goOn, resolve: release } = Promise.withResolvers<void>()
    const inOld = (over = {}) => grid.provider({ app: classed, processor: 'old', ...over })
    const first = await inOld({ gate: () => goOn })
    await inOld({ gate: () => goOn, square: (n: number) => n + 1 })
    const check = { kind: 'replicate', agreeing: 2, copies: 4 }
    const { requestor, node, id } = await job(1, classed, { check })
    await vi.waitUntil(() => requestor.job(id).subtasks.running === 2, { timeout: 20_000 })
    const isIdle = (each: { node: Node }) => of(requestor.job(id), each.node)?.state === 'idle'
    // The one that comes first is of no use.
    const asked = vi.fn(async () => undefined)
    const other = await grid.provider({ app: classed, processor: 'new', gate: asked })
    await vi.waitUntil(() => isIdle(other), { timeout: 20_000 })
    const decides = await inOld()
    await vi.waitUntil(() => isIdle(decides), { timeout: 20_000 })
    release()
    const view = await ended(requestor, id)
    expect([view.state, results(node, 1)]).toEqual(['done', ['1']])
    expect([first, decides].map((each) => of(view, each.node)?.accepted)).toEqual([1, 1])
    expect(asked).not.toHaveBeenCalled()
  })

  it('of one provider are no replicas: a second one is waited for', async () => {
    const alone = await grid.provider({ cores: 4 })
    const held = (view: JobView) => of(view, alone.node)?.state === 'working' && view.subtasks.running === 0
    const { requestor, id } = await job(2)
    await vi.waitUntil(() => held(requestor.job(id)), { timeout: 20_000 })
    await grid.provider()
    expect((await ended(requestor, id)).state).toBe('done')
  })

  it('are taken up again after a restart of the requestor', async () => {
    const { promise: goOn, resolve: release } = Promise.withResolvers<void>()
    await Promise.all([grid.provider(), grid.provider({ gate: (n) => (n === 2 ? goOn : Promise.resolve()) })])
    const { requestor, node, id } = await job(3)
    await vi.waitUntil(() => requestor.job(id).subtasks.accepted > 0, { timeout: 20_000 })
    await requestor.stop()
    const again = await grid.requestor(node, {}, app)
    release()
    const view = await ended(again.requestor, id)
    expect([view.state, results(node, 3)]).toEqual(['done', ['1', '4', '9']])
  })

  it('are nothing for an application whose results differ each time', async () => {
    const { requestor, node } = await grid.requestor()
    await grid.provider()
    const { id } = await begin(requestor, node, 1, TWO_OF_THREE)
    expect((await ended(requestor, id)).problem?.code).toBe('CHECK_UNSUITED')
    expect(squaresApp.digest).toBeUndefined()
  })
})
