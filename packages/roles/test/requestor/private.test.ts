import type { App, Network, Storage } from '@golem/ports'
import { ACTIVITY_PROTOCOL, asCid, type Cid } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readJobLog } from '../../src/requestor/job-log.ts'
import { createGrid, type Grid, type Node } from '../grid.ts'
import { squaresApp } from '../squares-app.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

const text = (bytes: Uint8Array | null | undefined) => new TextDecoder().decode(bytes ?? undefined)

describe('a private job', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  /** What one who knows a CID gets to see of it: names and text. */
  const readByStranger = async (cid: Cid, from: Node): Promise<string> => {
    const { disk, storage } = grid.newNode()
    const contact = { peerId: `memory-${from.signer.address}`, addresses: [] }
    await storage.fetch(cid, { from: [contact], maxBytes: 1e6 })
    await storage.materialise(cid, '/read')
    return [...disk].map(([path, bytes]) => `${path}: ${text(bytes)}`).join('\n')
  }
  const contentOf = ({ store }: Node, id: string) =>
    readJobLog(store, id).flatMap((event) => {
      if (event.type === 'inspected') return [asCid(event.inputs)]
      if (event.type === 'delivered-many') return event.deliveries.flatMap(({ outputs }) => outputs ?? [])
      return event.type === 'delivered' ? [asCid(event.outputs)] : []
    })

  it('is computed by whoever is hired, and nobody else who fetches what they get and give can read it', async () => {
    await grid.provider()
    await grid.provider({ cores: 2 })
    const { requestor, node } = await grid.requestor()
    const { id, isPrivate } = await begin(requestor, node, 12, { isPrivate: true })
    expect(isPrivate).toBe(true)
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', spentWei: 12n * FAIR_PRICE, rejections: [] })
    expect(text(node.disk.get('/home/out/7.txt'))).toBe('49')
    const sealed = contentOf(node, id)
    expect(sealed).toHaveLength(13)
    for (const cid of sealed) expect(await readByStranger(cid, node)).not.toMatch(/count|result|: 12$|: 49$/m)

    const open = await begin(requestor, node, 12)
    await ended(requestor, open.id)
    const [inputs, ...outputs] = contentOf(node, open.id)
    expect(await readByStranger(inputs as Cid, node)).toBe('/read: \n/read/count: 12')
    expect(await readByStranger(outputs[0] as Cid, node)).toMatch(/^\/read: \n\/read\/result: \d+$/)
  })

  it('is sealed with a key of its own, so that equal inputs of two jobs do not show to be equal', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const jobs = []
    for (let i = 0; i < 2; i++) {
      const { id } = await begin(requestor, node, 2, { isPrivate: true })
      await ended(requestor, id)
      jobs.push(contentOf(node, id))
    }
    expect(new Set(jobs.flat()).size).toBe(6)
  })

  it('goes on with its key after a restart', async () => {
    const hold = Promise.withResolvers<void>()
    await grid.provider({ gate: async (n) => (n > 2 ? hold.promise : undefined) })
    const node = grid.newNode()
    const first = await grid.requestor(node)
    const { id } = await begin(first.requestor, node, 4, { isPrivate: true })
    await until(first.requestor, id, (view) => view.groups.done === 2)
    await first.requestor.stop()
    const { requestor } = await grid.requestor(node)
    hold.resolve()
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', isPrivate: true, rejections: [] })
    expect(text(node.disk.get('/home/out/4.txt'))).toBe('16')
  })

  /** Delivers what is not sealed. */
  const unsealed = ({ storage }: { storage: Storage }) => ({
    storage: { ...storage, addPath: (path: string) => storage.addPath(path) },
  })

  it('rejects what was delivered unsealed, and has another do the work', async () => {
    await grid.provider({ price: '0.2' })
    const careless = await grid.provider({ over: unsealed })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3, { isPrivate: true })
    const view = await ended(requestor, id)
    expect(view.state).toBe('done')
    expect(view.rejections[0]).toMatchObject({ provider: careless.node.signer.address, code: 'NOT_SEALED' })
    expect(careless.provider.earnings().earnedWei).toBe(0n)
  })

  /** Files that nobody computes again: the same squares, of which no share is drawn. */
  const takenUnseen: Partial<App> = {
    split: async (job) => ({ ...(await squaresApp.split(job)), check: { kind: 'exact', share: 0 } }),
  }

  it('rejects it, too, where results are taken unseen', async () => {
    await grid.provider({ price: '0.2' })
    const careless = await grid.provider({ over: unsealed })
    const { requestor, node } = await grid.requestor(undefined, {}, takenUnseen)
    const { id } = await begin(requestor, node, 3, { isPrivate: true })
    const view = await ended(requestor, id)
    expect(view.state).toBe('done')
    expect(view.rejections[0]).toMatchObject({ provider: careless.node.signer.address, code: 'NOT_SEALED' })
  })

  it('is not given to a provider whose version keeps nothing private', async () => {
    const older = (network: Network): Network => ({
      ...network,
      handle: (protocol, ...rest) =>
        network.handle(protocol === ACTIVITY_PROTOCOL ? '/golem/activity/1.0.0' : protocol, ...rest),
    })
    const old = await grid.provider({ over: ({ network }) => ({ network: older(network) }) })
    const recent = await grid.provider({ price: '0.2' })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 3, { isPrivate: true })
    expect((await ended(requestor, id)).state).toBe('done')
    expect(old.provider.earnings().earnedWei).toBe(0n)
    expect(recent.provider.earnings().earnedWei).toBeGreaterThan(0n)
    const open = await begin(requestor, node, 3)
    expect((await ended(requestor, open.id)).state).toBe('done')
    expect(old.provider.earnings().earnedWei).toBeGreaterThan(0n)
  })
})
