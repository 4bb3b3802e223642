import { asCid, type Cid, domainOf, isBatchSignedBy, type RequestorMessage } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { makeRequestor, makeWorld, subtask } from './world.ts'

/** Takes a millisecond, and costs 1. */
const SHORT = 1_000

const many = (methods: readonly string[], inputs: Cid, units = SHORT): RequestorMessage => ({
  type: 'assign-many',
  inputs,
  assignments: methods.map((method, index) => {
    const { assignment } = subtask(index, inputs, { method, units })
    return { index, request: assignment.request, units: assignment.units, priceWei: assignment.priceWei }
  }),
})

/** A provider of a module, and a requestor that has hired it. */
async function makeModuleWorld() {
  const world = await makeWorld()
  world.manifest.runtime = { kind: 'wasm', module: asCid(`bafkrei${'e'.repeat(52)}`), interface: 'command' }
  const requestor = await makeRequestor(world)
  return { world, requestor, ...(await requestor.hired()) }
}

describe('many short subtasks', () => {
  it('are done by one program, signed for once and paid by one voucher', async () => {
    const { world, requestor, stream, terms, inputs } = await makeModuleWorld()
    await stream.say(many(['say', 'say', 'say', 'say', 'say'], inputs))
    const { batch } = await stream.hear('delivered-many')
    expect(batch.deliveries.map(({ index, outputs, result }) => ({ index, outputs, result }))).toEqual(
      [0, 1, 2, 3, 4].map((index) => ({ index, outputs: null, result: { said: `frame ${index}` } })),
    )
    expect(isBatchSignedBy(world.signer.address, domainOf(terms.settlement), batch)).toBe(true)
    expect(new Set(world.tool.served.map(({ program }) => program)).size).toBe(1)
    const owedWei = 5n * subtask(0, inputs, { units: SHORT }).assignment.priceWei
    await stream.say({ type: 'accept', indices: [0, 1, 2, 3, 4], voucher: requestor.voucher(terms, owedWei) })
    expect((await stream.hear('voucher-stored')).amountWei).toBe(owedWei)
    expect(world.provider.earnings()).toEqual({ owedToMeWei: owedWei, earnedWei: owedWei })
  })

  it('are said again, as they were, on the next stream', async () => {
    const { requestor, stream, terms, inputs } = await makeModuleWorld()
    await stream.say(many(['say', 'say', 'say'], inputs))
    const { batch } = await stream.hear('delivered-many')
    const next = await requestor.open(terms)
    expect((await next.hear('opened')).unsettled).toEqual([0, 1, 2])
    expect((await next.hear('delivered-many')).batch).toEqual(batch)
  })

  it('are refused together from the first one on that is too much', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired()
    const hours = 3_600_000_000
    await stream.say(many(['render', 'render', 'render', 'render', 'say'], inputs, hours))
    expect(await stream.hear('refused-many')).toMatchObject({ indices: [3, 4], reason: { code: 'UNPAID_LIMIT' } })
    // Outputs of one are taken while the next one runs.
    const delivered: number[] = []
    for (const _ of [0, 1, 2]) delivered.push((await stream.hear('delivered')).delivery.index)
    expect(new Set(delivered)).toEqual(new Set([0, 1, 2]))
  })

  it('do not suffer from one that ends their program: it alone has failed', async () => {
    const { stream, inputs } = await makeModuleWorld()
    await stream.say(many(['say', 'crash', 'say', 'say'], inputs))
    expect(await stream.hear('failed')).toMatchObject({ index: 1, reason: { code: 'SANDBOX_ENDED' } })
    const said = [await stream.hear('delivered-many'), await stream.hear('delivered-many')]
    expect(said.flatMap(({ batch }) => batch.deliveries.map(({ index }) => index)).sort((a, b) => a - b)).toEqual([
      0, 2, 3,
    ])
  })

  it('do not suffer from one that says that it failed', async () => {
    const { world, stream, inputs } = await makeModuleWorld()
    await stream.say(many(['say', 'fail', 'say'], inputs))
    expect(await stream.hear('failed')).toMatchObject({ index: 1, reason: { code: 'SCENE_BROKEN' } })
    const { batch } = await stream.hear('delivered-many')
    expect(batch.deliveries.map(({ index }) => index)).toEqual([0, 2])
    expect(new Set(world.tool.served.map(({ program }) => program)).size).toBe(1)
  })

  it('are delivered one by one, with a folder that holds nothing, to a requestor that knows no batches', async () => {
    const { requestor, terms, inputs } = await makeModuleWorld()
    const stream = await requestor.open(terms, undefined, '/golem/activity/1.0.0')
    await stream.hear('opened')
    for (const index of [0, 1]) await stream.say(subtask(index, inputs, { method: 'say', units: SHORT }))
    const said: [index: number, result: unknown][] = []
    for (let heard = 0; heard < 2; heard++) {
      const { delivery, result } = await stream.hear('delivered')
      said[delivery.index] = [delivery.index, result]
      expect(await requestor.text(delivery.outputs)).toBe('')
    }
    expect(said).toEqual([0, 1].map((index) => [index, { said: `frame ${index}` }]))
  })
})
