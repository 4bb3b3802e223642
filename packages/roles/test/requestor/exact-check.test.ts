import type { App, Storage } from '@golem/ports'
import type { Json } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { saidSquaresApp, squaresApp } from '../squares-app.ts'
import { acknowledge, hostileProvider } from './hostile.ts'
import { begin, ended } from './jobs.ts'

describe('work that gives the same everywhere', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  it('is done again here, and accepted where it is equal to the last bit', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, 20)
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', rejections: [] })
    expect(new Set(requestor.subtasks(id).map(({ checked }) => checked))).toEqual(
      new Set(['computed again: equal to the last bit']),
    )
    const squares = Array.from({ length: 20 }, (_, at) => `${(at + 1) ** 2}`)
    expect(new TextDecoder().decode(node.disk.get('/home/out/squares.txt') ?? undefined)).toBe(squares.join('\n'))
  })

  it('is rejected where it differs, and done by another', async () => {
    await grid.provider({ price: '0.2' })
    const cheat = await grid.provider({ square: (n) => (n === 5 ? 24 : n * n) })
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, 8)
    const view = await ended(requestor, id)
    expect(view.state).toBe('done')
    expect(view.rejections).toMatchObject([
      { subtask: 'n5', provider: cheat.node.signer.address, code: 'RESULT_DIFFERS' },
    ])
    expect(new TextDecoder().decode(node.disk.get('/home/out/squares.txt') ?? undefined)).toContain('\n25\n')
  })

  it('is taken unseen but for the share that is drawn, and says so', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(0.25))
    const { id } = await begin(requestor, node, 400)
    expect((await ended(requestor, id)).state).toBe('done')
    const checked = requestor.subtasks(id).map((task) => task.checked)
    const unseen = checked.filter((how) => how === 'taken unseen: 25 % are computed again').length
    const again = checked.filter((how) => how?.startsWith('computed again')).length
    expect(unseen + again).toBe(400)
    // A hundred are to be expected; fewer than fifty, or more than 150, are drawn once in ten million runs.
    expect(Math.abs(again - 100)).toBeLessThan(50)
  })

  it('is done again as often as its person asks for, and is that more often than the application does', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(0.1))
    const { id } = await begin(requestor, node, 20, { check: { kind: 'exact', share: 1 } })
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', check: expect.stringContaining('100 %') })
    expect(new Set(requestor.subtasks(id).map(({ checked }) => checked))).toEqual(
      new Set(['computed again: equal to the last bit']),
    )
  })

  it('is not looked at where its person says so, and paid whatever it is', async () => {
    await grid.provider({ square: () => 0 })
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, 5, { check: { kind: 'none' } })
    expect(await ended(requestor, id)).toMatchObject({ state: 'done', rejections: [] })
    expect(new Set(requestor.subtasks(id).map(({ checked }) => checked))).toEqual(
      new Set(['taken unseen, as was asked']),
    )
  })

  /** What its merge can use. */
  const answerFaults: App['answerFaults'] = async (answers) =>
    answers.map((answer) => (typeof (answer as { square: Json }).square === 'number' ? null : 'square: is no number'))
  const nothing = null as unknown as number

  it.each(['exact', 'none'] as const)('is rejected where it could not be merged, unseen as it is: %s', async (kind) => {
    await grid.provider({ price: '0.2' })
    const careless = await grid.provider({ square: (n) => (n === 5 ? nothing : n * n) })
    const { requestor, node } = await grid.requestor(undefined, {}, { ...saidSquaresApp(0), answerFaults })
    const { id } = await begin(requestor, node, 8, kind === 'none' ? { check: { kind } } : {})
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'done' })
    expect(view.rejections).toMatchObject([
      { subtask: 'n5', provider: careless.node.signer.address, code: 'DELIVERY_MISFORMED' },
    ])
    const shown = await vi.waitUntil(() => careless.provider.rejections()[0])
    expect(shown).toMatchObject({ doubt: null, message: expect.stringContaining('square: is no number') })
    expect(new TextDecoder().decode(node.disk.get('/home/out/squares.txt') ?? undefined)).toContain('\n25\n')
  })

  it('is rejected where it left more than its application may, unseen as it is', async () => {
    await grid.provider({ price: '0.2' })
    const generous = grid.newNode()
    const { storage, disk } = generous
    const addPath: Storage['addPath'] = (path, options) => {
      disk.set(`${path}/more`, new Uint8Array(squaresApp.manifest.limits.outputBytes))
      return storage.addPath(path, options)
    }
    await grid.provider({ node: generous, over: () => ({ storage: { ...storage, addPath } }) })
    const split: App['split'] = async (job) => ({
      ...(await squaresApp.split(job)),
      check: { kind: 'exact', share: 0 },
    })
    const { requestor, node } = await grid.requestor(undefined, {}, { split })
    const { id } = await begin(requestor, node, 3)
    const view = await ended(requestor, id)
    expect(view.state).toBe('done')
    expect(view.rejections[0]).toMatchObject({ provider: generous.signer.address, code: 'DELIVERY_MISFORMED' })
    expect(node.disk.get('/home/out/3.txt')).toBeDefined()
    expect([...node.disk.keys()].filter((path) => path.includes('/form-'))).toEqual([])
  })

  it('is checked within the time that its manifest gives, by whoever checks it', async () => {
    // Of a program that hangs.
    const limits = { ...squaresApp.manifest.limits, wallMs: 200 }
    let left = 2
    const verify: App['verify'] = async (program, job, signal) => {
      if (left-- > 0) await program.call('nothing that answers', {})
      return squaresApp.verify(program, job, signal)
    }
    await grid.provider()
    await grid.provider({ price: '0.2' })
    const manifest = { ...squaresApp.manifest, limits }
    const { requestor, node } = await grid.requestor(undefined, {}, { verify, manifest })
    const { id } = await begin(requestor, node, 1)
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'done', failures: [{ code: 'CHECK_FAILED' }] })
  })

  it('has the more time for its check, the faster its provider is', async () => {
    const tookMs: number[] = []
    const verify: App['verify'] = async (program) => {
      const beganMs = performance.now()
      if (tookMs.length === 0) await program.call('nothing that answers', {}).catch(() => undefined)
      tookMs.push(performance.now() - beganMs)
      throw new Error('It was not checked.')
    }
    await hostileProvider(grid, {
      offer: { speed: 3 },
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type === 'assign') await talk.compute(message)
      },
    })
    const limits = { ...squaresApp.manifest.limits, wallMs: 300 }
    const manifest = { ...squaresApp.manifest, limits }
    const { requestor, node } = await grid.requestor(undefined, {}, { verify, manifest })
    await begin(requestor, node, 1)
    await vi.waitUntil(() => tookMs.length > 0, { timeout: 10_000 })
    expect(tookMs[0]).toBeGreaterThan(850)
  })

  it('is not begun where less is asked for than the application does; nothing is spent', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor(undefined, {}, saidSquaresApp(1))
    const { id } = await begin(requestor, node, 5, { check: { kind: 'custom' } })
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'failed', spentWei: 0n, problem: { code: 'CHECK_WEAKER' } })
  })
})
