import { drawChain } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { makeRequestor, makeWorld, type Requestor, subtask, type World } from './world.ts'

// What others are asked for as well. A subtask costs 100, and bad luck is what one left alone may be: so each takes two.

const chain = drawChain(new Uint8Array(32).fill(9), 16)
const waits = (index: number, inputs: Parameters<typeof subtask>[1]) => subtask(index, inputs, { method: 'wait' })
const unpaid = ({ book }: World, { signer }: Requestor) =>
  book.facts(signer.address).flatMap(({ body }) => (body.kind === 'unpaid' ? body.valueWei : []))

async function sharing() {
  const world = await makeWorld({ cores: 2 })
  const requestor = await makeRequestor(world)
  const hired = await requestor.hired({}, { chain })
  const { stream, inputs } = hired
  /** Computes one of which it is told in time that others do. */
  const readied = async (index: number) => {
    await stream.say(waits(index, inputs))
    await stream.say({ type: 'share', index })
    await expect.poll(() => world.tool.served.length).toBe(index + 1)
    world.tool.open(`frame ${index}`)
    expect(await stream.hear('ready')).toEqual({ type: 'ready', indices: [index] })
  }
  const finish = async () => {
    await stream.say({ type: 'finish' })
    await stream.ended
  }
  return { world, requestor, ...hired, readied, finish }
}

describe('work that others are asked for as well', () => {
  it('is shown to nobody before it is asked for, and costs nothing to do without', async () => {
    const { world, requestor, stream, readied, finish } = await sharing()
    for (const index of [0, 1]) await readied(index)
    for (const index of [0, 1]) await stream.say({ type: 'cancel', index })
    await finish()
    expect(stream.heard().filter(({ type }) => type.startsWith('delivered'))).toEqual([])
    expect(unpaid(world, requestor)).toEqual([])
  })

  it('is delivered when it is asked for, with the next draw, and is owed from then on', async () => {
    const { world, requestor, stream, inputs, readied, finish } = await sharing()
    await readied(0)
    await stream.say(subtask(1, inputs))
    expect((await stream.hear('delivered-many')).batch.deliveries).toMatchObject([{ index: 1, draw: 0 }])
    await stream.say({ type: 'take', indices: [0] })
    expect((await stream.hear('delivered-many')).batch.deliveries).toMatchObject([{ index: 0, draw: 1 }])
    await finish()
    expect(unpaid(world, requestor)).toEqual([100n])
  })

  it('is owed where it was delivered before that was said', async () => {
    const { world, requestor, stream, inputs, finish } = await sharing()
    for (const index of [0, 1]) {
      await stream.say(subtask(index, inputs))
      await stream.hear('delivered-many')
      await stream.say({ type: 'share', index })
      for (const _ of [1, 2]) await stream.say({ type: 'cancel', index })
    }
    await finish()
    expect(stream.heard().filter(({ type }) => type === 'ready')).toEqual([])
    expect(unpaid(world, requestor)).toEqual([100n])
  })

  it('is ready again after a restart, and is delivered with its draw', async () => {
    const { world, requestor, terms, readied } = await sharing()
    await readied(0)
    await world.stop()
    await world.start()
    const again = await requestor.open(terms)
    expect(await again.hear('ready')).toEqual({ type: 'ready', indices: [0] })
    await again.say({ type: 'take', indices: [0] })
    expect((await again.hear('delivered-many')).batch.deliveries).toMatchObject([{ index: 0, draw: 0 }])
  })
})
