import { agreementId, recoverPublicKey, wrapContentKey } from '@golem/protocol'
import { describe, expect, it, vi } from 'vitest'
import { HOUR_UNITS, makeRequestor, makeWorld, PNG_SIGNATURE, subtask, type World } from './world.ts'

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
  const world = await makeWorld({ glimpse: 'paint', sketch: 'sketch' })
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

describe('a sketch of what is about to be computed', () => {
  const methods = (world: World): string[] => world.tool.served.map(({ method }) => method)
  const text = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes?.slice(8))
  const begin = async (options: Parameters<typeof makeWorld>[0] = {}) => {
    const world = await makeWorld({ glimpse: 'paint', sketch: 'sketch', unpaidLimitWei: 1_000n, ...options })
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired({ unpaidLimitWei: 1_000n })
    const compute = async (index: number): Promise<string> => {
      await stream.say(subtask(index, inputs))
      const { delivery } = await stream.hear('delivered')
      return requestor.text(delivery.outputs)
    }
    return { world, stream, inputs, compute }
  }

  it('is shown while it runs, and then what came out of it instead', async () => {
    const { world, stream, inputs } = await begin()
    world.provider.work()
    await stream.say(subtask(0, inputs, { method: 'wait', params: { progress: [0.25] } }))
    await stream.hear('progress')
    const [running] = world.provider.work()
    expect(running).toMatchObject({ state: 'running', fraction: 0.25, hasPicture: true, isSketch: true })
    expect(text(world.provider.workPicture(running?.id ?? ''))).toBe('sketch')
    // Nobody looks any more: it is painted all the same, so that no first look is left of what is done.
    await world.clock.advance(11_000)
    world.tool.open('frame 0')
    await stream.hear('delivered')
    const [computed] = world.provider.work()
    expect(computed).toMatchObject({ id: running?.id, state: 'computed', hasPicture: true, isSketch: false })
    expect(text(world.provider.workPicture(running?.id ?? ''))).toBe('golem')
    expect(methods(world)).toEqual(['sketch', 'wait', 'paint'])
    expect(new Set(world.tool.served.map(({ program }) => program)).size).toBe(1)
    expect([...world.disk.keys()].filter((path) => /previews\/|-glimpse/.test(path))).toEqual([])
  })

  it('is made where somebody looked within ten minutes, and of what lasts for ten seconds at least', async () => {
    const { world, compute } = await begin()
    await compute(0)
    world.provider.work()
    await world.clock.advance(599_000)
    await compute(1)
    await world.clock.advance(2_000)
    await compute(2)
    expect(methods(world)).toEqual(['render', 'sketch', 'render', 'paint', 'render'])
    // An hour's work of the reference machine, in 9 s.
    const quick = await begin({ speed: 400 })
    quick.world.provider.work()
    await quick.compute(0)
    expect(methods(quick.world)).toEqual(['render', 'paint'])
  })

  it('is not there where a program makes none, which is asked again for the next subtask', async () => {
    const { world, compute } = await begin({ sketch: 'sketch-none' })
    world.provider.work()
    for (const index of [0, 1]) expect(await compute(index)).toBe(`golem frame ${index}`)
    expect(methods(world)).toEqual(['sketch-none', 'render', 'paint', 'sketch-none', 'render'])
    expect(new Set(world.tool.served.map(({ program }) => program)).size).toBe(1)
  })

  it('is made no more of an agreement once it took more than a twentieth of a subtask', async () => {
    const { world, compute } = await begin({ sketch: 'sketch-slowly' })
    world.provider.work()
    for (const index of [0, 1]) await compute(index)
    expect(methods(world)).toEqual(['sketch-slowly', 'render', 'paint', 'render'])
  })

  it.each(['render', 'fail', 'say', 'crash', 'hog'])(
    'is made no more of an agreement once the program answered by "%s"; another one computes',
    async (sketch) => {
      const { world, compute } = await begin({ sketch })
      world.provider.work()
      for (const index of [0, 1]) expect(await compute(index)).toBe(`golem frame ${index}`)
      expect(methods(world)).toEqual([sketch, 'render', 'paint', 'render'])
      const programs = world.tool.served.map(({ program }) => program)
      expect(new Set(programs.slice(1)).size).toBe(1)
      expect(programs[0]).not.toBe(programs[1])
      expect(world.provider.status().failures).toEqual([])
    },
  )

  it('ends with the subtask that nobody wants any more, and is made of the next', async () => {
    const { world, stream, inputs, compute } = await begin({ sketch: 'sketch-wait' })
    world.provider.work()
    await stream.say(subtask(0, inputs))
    await vi.waitFor(() => expect(methods(world)).toEqual(['sketch-wait']))
    await stream.say({ type: 'cancel', index: 0 })
    await vi.waitFor(() => expect(world.provider.status().activities[0]?.running).toBe(0))
    world.tool.open('glimpse')
    expect(await compute(1)).toBe('golem frame 1')
    expect(methods(world)).toEqual(['sketch-wait', 'sketch-wait', 'render', 'paint'])
  })

  it('stands still with the machine, and goes on with it', async () => {
    const { world, stream, inputs } = await begin({ sketch: 'sketch-wait' })
    world.provider.work()
    await stream.say(subtask(0, inputs, { units: HOUR_UNITS / 60 }))
    await vi.waitFor(() => expect(methods(world)).toEqual(['sketch-wait']))
    await world.provider.lend({ gate: 'frozen', reason: '', thawsAtMs: null })
    world.tool.open('glimpse')
    await world.clock.advance(20_000)
    expect(world.provider.work()).toMatchObject([{ state: 'running', hasPicture: false }])
    await world.provider.lend({ gate: 'open', reason: '', thawsAtMs: null })
    await stream.hear('delivered')
    expect(methods(world)).toEqual(['sketch-wait', 'render', 'paint'])
  })
})
