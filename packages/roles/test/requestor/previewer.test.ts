import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { squaresApp } from '../squares-app.ts'
import { begin, ended, until } from './jobs.ts'

/** What stands behind the first bytes of every PNG. */
const shown = (picture: Uint8Array) => new TextDecoder().decode(picture.slice(4))

describe('a preview', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  it('is of the merged file, whoever asks, until that is gone: then of what was delivered', async () => {
    await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 2)
    await ended(requestor, id)
    expect(shown(await requestor.preview(id, { group: 'g2' }))).toBe('4')
    // Another file of the person's own, and so another picture; the first is kept.
    node.disk.set('/home/out/1.txt', new TextEncoder().encode('painted over'))
    expect(shown(await requestor.preview(id, { group: 'g1' }))).toBe('painted over')
    expect(shown(await requestor.preview(id, { group: 'g2' }))).toBe('4')
  })

  it('is made after a restart too, from the deliveries where the person moved the files', async () => {
    await grid.provider()
    const node = grid.newNode()
    const first = await grid.requestor(node)
    const { id } = await begin(first.requestor, node, 2)
    await ended(first.requestor, id)
    await first.requestor.stop()
    node.disk.delete('/home/out/2.txt')
    const { requestor } = await grid.requestor(node)
    expect(shown(await requestor.preview(id, { group: 'g2' }))).toBe('4')
  })

  it('is there in mid-job for what is accepted, and says so of what is not', async () => {
    const hold = Promise.withResolvers<void>()
    await grid.provider({ gate: (n) => (n > 1 ? hold.promise : Promise.resolve()) })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 2)
    await until(requestor, id, ({ groups }) => groups.done === 1)
    expect(shown(await requestor.preview(id, { group: 'g1' }))).toBe('1')
    await expect(requestor.preview(id, { group: 'g2' })).rejects.toMatchObject({
      code: 'PREVIEW_UNAVAILABLE',
      message: 'Nothing of square of 2 is accepted yet.',
    })
    await expect(requestor.preview(id, { group: 'g3' })).rejects.toMatchObject({ code: 'GROUP_UNKNOWN' })
    await expect(requestor.preview('nope', { group: 'g1' })).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
    hold.resolve()
    await ended(requestor, id)
    expect(shown(await requestor.preview(id, { group: 'g2' }))).toBe('4')
  })

  it('is refused where the application makes something else of it', async () => {
    await grid.provider()
    const preview = async (program: { call: (method: string, params: object) => Promise<unknown> }) => ({
      file: (await program.call('merge', { n: 7, folder: '/deliveries/preview' })) as string,
    })
    const { requestor, node } = await grid.requestor(undefined, {}, { preview: preview as never })
    const { id } = await begin(requestor, node, 1)
    await ended(requestor, id)
    await expect(requestor.preview(id, { group: 'g1' })).rejects.toMatchObject({
      code: 'PREVIEW_UNAVAILABLE',
      message: expect.stringContaining('7.txt is no PNG'),
    })
  })

  it('of what was refused is of what came, of what the check made of the same, and of what was accepted instead', async () => {
    await grid.provider({ price: '0.2' })
    await grid.provider({ square: () => 5 })
    const split: typeof squaresApp.split = async (job) => ({
      ...(await squaresApp.split(job)),
      check: { kind: 'exact', share: 1 },
    })
    const { requestor, node } = await grid.requestor(undefined, {}, { split })
    const { id } = await begin(requestor, node, 1)
    expect((await ended(requestor, id)).rejections).toHaveLength(1)
    const side = async (of: 'delivered' | 'checked' | 'accepted') =>
      shown(await requestor.preview(id, { rejection: 0, side: of }))
    expect([await side('delivered'), await side('checked'), await side('accepted')]).toEqual(['5', '1', '1'])
  })

  it('of what a check made is none where it left no files', async () => {
    await grid.provider({ price: '0.2' })
    await grid.provider({ square: () => 5 })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 1)
    await ended(requestor, id)
    expect(shown(await requestor.preview(id, { rejection: 0, side: 'delivered' }))).toBe('5')
    await expect(requestor.preview(id, { rejection: 0, side: 'checked' })).rejects.toMatchObject({
      code: 'PREVIEW_UNAVAILABLE',
    })
  })

  it('makes one at a time, and no more than may wait', async () => {
    await grid.provider({ cores: 2 })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 9)
    await ended(requestor, id)
    const asked = Array.from({ length: 100 }, (_, index) => requestor.preview(id, { group: `g${1 + (index % 9)}` }))
    const outcomes = await Promise.allSettled(asked)
    const busy = outcomes.filter(({ status }) => status === 'rejected')
    expect(busy).toHaveLength(36)
    for (const { reason } of busy as PromiseRejectedResult[]) expect(reason).toMatchObject({ code: 'PREVIEW_BUSY' })
    const pictures = outcomes.slice(0, 9).map((each) => each.status === 'fulfilled' && shown(each.value))
    expect(pictures).toEqual(['1', '4', '9', '16', '25', '36', '49', '64', '81'])
  })
})
