import { agreementId, recoverPublicKey, wrapContentKey } from '@golem/protocol'
import { expect, it, vi } from 'vitest'
import { makeRequestor, makeWorld, PNG_SIGNATURE, subtask, type World } from './world.ts'

const paintings = (world: World): number => world.tool.served.filter(({ name }) => name === 'glimpse').length

it('shows what runs, for whom and how far it is, and then a picture of what came out of it', async () => {
  const world = await makeWorld({ glimpse: 'paint' })
  const requestor = await makeRequestor(world)
  const { stream, inputs } = await requestor.hired()
  expect(world.provider.work()).toEqual([])
  await stream.say(subtask(0, inputs, { method: 'wait', params: { progress: [0.25] } }))
  await stream.hear('progress')
  const common = { requestor: requestor.signer.address, app: 'tool 1', note: 'samples', isPrivate: false }
  const [running] = world.provider.work()
  expect(running).toMatchObject({ ...common, state: 'running', fraction: 0.25, endedAtMs: null, hasPicture: false })
  world.tool.open('frame 0')
  const { delivery } = await stream.hear('delivered')
  expect(await requestor.text(delivery.outputs)).toBe('golem frame 0')
  const [computed] = world.provider.work()
  expect(computed).toMatchObject({ ...common, state: 'computed', fraction: 1, id: running?.id, hasPicture: true })
  const picture = world.provider.workPicture(computed?.id ?? '')
  expect([...(picture ?? [])].slice(0, 8)).toEqual(PNG_SIGNATURE)
  expect(world.provider.workPicture('another')).toBeNull()
  // Nothing of it is left on the disk.
  expect([...world.disk.keys()].filter((path) => /previews\/|-glimpse/.test(path))).toEqual([])
})

it('has nothing painted while nobody looks, nor more than once in three seconds', async () => {
  const world = await makeWorld({ glimpse: 'paint', unpaidLimitWei: 1_000n })
  const requestor = await makeRequestor(world)
  const { stream, inputs } = await requestor.hired({ unpaidLimitWei: 1_000n })
  const compute = async (index: number): Promise<void> => {
    await stream.say(subtask(index, inputs))
    await stream.hear('delivered')
  }
  await compute(0)
  expect(paintings(world)).toBe(0)
  world.provider.work()
  await compute(1)
  await compute(2)
  expect(paintings(world)).toBe(1)
  await world.clock.advance(4_000)
  await compute(3)
  expect(paintings(world)).toBe(2)
  await world.clock.advance(11_000)
  await compute(4)
  expect(paintings(world)).toBe(2)
})

it('makes no picture of a private job', async () => {
  const world = await makeWorld({ glimpse: 'paint' })
  const requestor = await makeRequestor(world)
  const terms = requestor.terms(await requestor.offer())
  const stream = await requestor.open(terms)
  const { signature } = await stream.hear('opened')
  await stream.say({ type: 'fund', funding: await requestor.lock(terms) })
  await stream.hear('funded')
  const key = crypto.getRandomValues(new Uint8Array(32))
  world.disk.set('/requestor/secret', null)
  world.disk.set('/requestor/secret/scene', new TextEncoder().encode('secret'))
  const { cid } = await requestor.storage.addPath('/requestor/secret', { contentKey: key })
  const contentKey = wrapContentKey(key, {
    to: recoverPublicKey(agreementId(terms), signature) ?? new Uint8Array(),
    context: agreementId(terms),
  })
  world.provider.work()
  const { assignment } = subtask(0, cid)
  await stream.say({ type: 'assign', assignment: { ...assignment, contentKey } })
  await stream.hear('delivered')
  expect(world.provider.work()).toMatchObject([{ isPrivate: true, state: 'computed', hasPicture: false }])
  expect(paintings(world)).toBe(0)
})

it.each(['render', 'fail', 'say'])(
  'delivers all the same where the program answers a wish for a picture by "%s", and asks no more',
  async (glimpse) => {
    const world = await makeWorld({ glimpse })
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired()
    for (const index of [0, 1]) {
      world.provider.work()
      await stream.say(subtask(index, inputs))
      const { delivery } = await stream.hear('delivered')
      expect(await requestor.text(delivery.outputs)).toBe(`golem frame ${index}`)
      await world.clock.advance(4_000)
    }
    expect(paintings(world)).toBe(1)
    expect(world.provider.work().map(({ hasPicture }) => hasPicture)).toEqual([false, false])
    // One that did something else than asked is not used again.
    const [first, , last] = world.tool.served
    expect(last?.program).not.toBe(first?.program)
  },
)

it.each(['crash', 'hog'])(
  'delivers what was computed though the program is ended by "%s" instead of a picture',
  async (glimpse) => {
    const world = await makeWorld({ glimpse })
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired()
    world.provider.work()
    await stream.say(subtask(0, inputs))
    await vi.waitFor(() => expect(paintings(world)).toBe(1))
    const { delivery } = await stream.hear('delivered')
    expect(await requestor.text(delivery.outputs)).toBe('golem frame 0')
  },
)
