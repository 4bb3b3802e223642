import { domainOf, isDeliverySignedBy, isTermsSignedBy } from '@golem/protocol'
import { expect, it, vi } from 'vitest'
import { makeRequestor, makeWorld, subtask } from './world.ts'

it('answers a demand with a signed offer, computes, delivers, stores the voucher, and is paid at the end', async () => {
  const world = await makeWorld({ royaltyBps: 1_000 })
  const requestor = await makeRequestor(world)
  const offer = await requestor.offer()
  expect(offer.body).toMatchObject({ provider: world.signer.address, cores: 1, speed: 1, pricePerCoreHourWei: 100n })
  const terms = requestor.terms(offer)
  const stream = await requestor.open(terms)
  const opened = await stream.hear('opened')
  expect(isTermsSignedBy(terms, world.signer.address, opened.signature)).toBe(true)
  expect(opened.unsettled).toEqual([])
  const funding = await requestor.lock(terms)
  await stream.say({ type: 'fund', funding })
  expect(await stream.hear('funded')).toEqual({ type: 'funded', root: funding.root, provenWei: 1_000n })

  await stream.say(subtask(0, await requestor.inputs('golem'), { params: { progress: [0.5] } }))
  expect(await stream.hear('progress')).toMatchObject({ index: 0, fraction: 0.5, note: 'samples' })
  const { delivery, result, usage } = await stream.hear('delivered')
  expect(isDeliverySignedBy(world.signer.address, domainOf(terms.settlement), delivery)).toBe(true)
  expect(result).toEqual({ rendered: 'frame 0' })
  expect(usage.wallMs).toBeGreaterThanOrEqual(0)
  expect(await requestor.text(delivery.outputs)).toBe('golem frame 0')

  const unpin = vi.spyOn(world.storage, 'unpin')
  await stream.say({ type: 'accept', indices: [0], voucher: requestor.voucher(terms, 100n) })
  expect(await stream.hear('voucher-stored')).toEqual({ type: 'voucher-stored', amountWei: 100n })
  expect(unpin.mock.calls).toEqual([[`provider/outputs/${delivery.agreementId}/0`]])
  expect(world.provider.status().activities).toEqual([
    { requestor: requestor.signer.address, app: 'tool 1', running: 0, delivered: 1, accepted: 1, earnedWei: 100n },
  ])
  expect(world.provider.earnings()).toEqual({ owedToMeWei: 100n, earnedWei: 100n })

  await stream.say({ type: 'finish' })
  await stream.ended
  await world.clock.advance(2_000)
  await vi.waitFor(async () => {
    expect(await world.chain.channel(requestor.keyOf(terms))).toEqual({ paidWei: 100n, collectedWei: 100n })
  })
  expect((await world.chain.balances(world.signer.address)).freeWei).toBe(90n)
  expect((await world.chain.balances(world.manifest.author)).freeWei).toBe(10n)
  expect(world.provider.earnings()).toEqual({ owedToMeWei: 0n, earnedWei: 100n })
  expect(world.provider.status()).toMatchObject({ state: 'idle', activities: [] })
})

it('keeps one program for an agreement, feeds it one subtask after another, and ends it with the agreement', async () => {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const { stream, inputs } = await requestor.hired()
  for (const index of [0, 1, 2]) await stream.say(subtask(index, inputs))
  const delivered = [await stream.hear('delivered'), await stream.hear('delivered'), await stream.hear('delivered')]
  expect(new Set(delivered.map(({ delivery }) => delivery.index))).toEqual(new Set([0, 1, 2]))
  // The program that waited since the start served all; a fresh one waits again.
  expect(world.tool.served.map(({ program }) => program)).toEqual([0, 0, 0])
  await stream.say({ type: 'finish' })
  await stream.ended
  await vi.waitFor(() => expect(world.tool.alive).toBe(1))
  const foldersIn = (kind: string) =>
    [...world.disk.keys()].filter((path) => new RegExp(`^/provider/(provider/)?${kind}/[^/]+$`).test(path))
  await vi.waitFor(() => {
    expect(foldersIn('programs')).toHaveLength(1)
    expect([...foldersIn('inputs'), ...foldersIn('outputs')]).toEqual([])
  })
})

it('fetches inputs once for an agreement, and gives other inputs to another program', async () => {
  const world = await makeWorld({ cores: 2 })
  const requestor = await makeRequestor(world)
  const fetch = vi.spyOn(world.storage, 'fetch')
  const { stream, inputs } = await requestor.hired()
  const other = await requestor.inputs('clay')
  await stream.say(subtask(0, inputs))
  await stream.say(subtask(1, inputs))
  await stream.hear('delivered')
  await stream.hear('delivered')
  await stream.say(subtask(2, other))
  await stream.hear('delivered')
  expect(fetch.mock.calls.map(([cid]) => cid)).toEqual([inputs, other])
  const last = world.tool.served.at(-1)
  expect(last).toMatchObject({ inputs: 'clay' })
  expect(world.tool.served.slice(0, 2).map(({ program }) => program)).not.toContain(last?.program)
})

it('runs no more subtasks at once than it lends cores, and shares them between agreements', async () => {
  const world = await makeWorld({ cores: 2 })
  const first = await makeRequestor(world, 'first')
  const second = await makeRequestor(world, 'second')
  const one = await first.hired()
  const two = await second.hired()
  for (const index of [0, 1, 2])
    await one.stream.say(subtask(index, one.inputs, { method: 'wait', params: { name: `a${index}` } }))
  await vi.waitFor(() => expect(world.tool.served.map(({ name }) => name)).toEqual(['a0', 'a1']))
  expect(world.provider.status()).toMatchObject({ state: 'working', reason: '2 of 2 lent cores compute.' })
  for (const index of [0, 1])
    await two.stream.say(subtask(index, two.inputs, { method: 'wait', params: { name: `b${index}` } }))
  await new Promise((resolve) => setTimeout(resolve, 0))
  world.tool.open('a0')
  await one.stream.hear('delivered')
  await vi.waitFor(() => expect(world.tool.served.map(({ name }) => name)).toEqual(['a0', 'a1', 'b0']))
  world.tool.open('a1')
  world.tool.open('b0')
  await vi.waitFor(() =>
    expect(
      world.tool.served
        .map(({ name }) => name)
        .slice(3)
        .sort(),
    ).toEqual(['a2', 'b1']),
  )
  await world.clock.advance(1_000)
  expect((await one.stream.hear('heartbeat')).running).toEqual([2])
  expect((await two.stream.hear('heartbeat')).running).toEqual([1])
})

it('stops work that is cancelled, and frees its core for the next', async () => {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const { stream, inputs } = await requestor.hired()
  await stream.say(subtask(0, inputs, { method: 'wait' }))
  await stream.say(subtask(1, inputs))
  await vi.waitFor(() => expect(world.tool.served).toHaveLength(1))
  await stream.say({ type: 'cancel', index: 0 })
  expect((await stream.hear('delivered')).delivery.index).toBe(1)
  expect(world.tool.served.map(({ program }) => program)).toEqual([0, 1])
  expect(stream.heard()).toEqual([])
  // What was cancelled before it was delivered may be asked again.
  await stream.say(subtask(0, inputs))
  expect((await stream.hear('delivered')).delivery.index).toBe(0)
})

it('forgets a cancelled subtask that still waits', async () => {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const { stream, inputs } = await requestor.hired()
  await stream.say(subtask(0, inputs, { method: 'wait' }))
  await vi.waitFor(() => expect(world.tool.served).toHaveLength(1))
  await stream.say(subtask(1, inputs))
  await stream.say({ type: 'cancel', index: 1 })
  await stream.say(subtask(2, inputs))
  world.tool.open('frame 0')
  const heard = [await stream.hear('delivered'), await stream.hear('delivered')]
  // The outputs of one are taken while the next is computed: either may be said first.
  expect(heard.map(({ delivery }) => delivery.index).sort((a, b) => a - b)).toEqual([0, 2])
  expect(world.tool.served.map(({ name }) => name)).toEqual(['frame 0', 'frame 2'])
})

it.each([
  ['fail', 'SCENE_BROKEN', 'It is SCENE_BROKEN.'],
  ['hog', 'SANDBOX_ENDED', 'memoryBytes, 1000 B allowed, 1.2 KiB used'],
  ['crash', 'SANDBOX_ENDED', 'the tool crashed'],
  ['nothing', 'OUTPUT_REFUSED', 'missing'],
  ['large', 'OUTPUT_REFUSED', 'too large'],
  ['chatty', 'RESULT_TOO_LARGE', 'bytes'],
  ['silent', 'SUBTASK_TIMEOUT', '0.2 s'],
])(
  'reports a subtask that fails (%s) in clear words, and goes on with a fresh program',
  async (method, code, words) => {
    const world = await makeWorld({ limits: { wallMs: 200 } })
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired()
    await stream.say(subtask(0, inputs, { method }))
    const failed = await stream.hear('failed')
    expect(failed).toMatchObject({ index: 0, reason: { code } })
    expect(failed.reason.message).toContain(words)
    // Its owner is told the same.
    expect(world.provider.status().failures).toMatchObject([failed.reason])
    await stream.say(subtask(1, inputs))
    expect((await stream.hear('delivered')).delivery.index).toBe(1)
    expect(world.tool.served[1]?.program).not.toBe(world.tool.served[0]?.program)
    await vi.waitFor(() => expect(world.tool.alive).toBeLessThanOrEqual(2))
  },
)

it('reports inputs that nobody has', async () => {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const { stream, inputs } = await requestor.hired()
  await requestor.storage.stop()
  await stream.say(subtask(0, inputs))
  expect((await stream.hear('failed')).reason.code).toBe('CONTENT_UNAVAILABLE')
})

it('takes no more from an agreement whose subtasks keep failing', async () => {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const { stream, inputs } = await requestor.hired()
  const failing = async (count: number) => {
    for (let index = 0; index < count; index++) {
      await stream.say(subtask(index, inputs, { method: 'fail' }))
      await stream.hear('failed')
    }
  }
  await failing(19)
  await stream.say(subtask(20, inputs))
  await stream.hear('delivered')
  await failing(20)
  await stream.say(subtask(21, inputs))
  expect((await stream.hear('refused')).reason.code).toBe('FAILURES_TOO_MANY')
})

it('keeps three programs by core at most: of those that wait, the one used longest ago makes room', async () => {
  const world = await makeWorld()
  const hired = []
  for (const name of ['a', 'b', 'c', 'd', 'e']) hired.push(await (await makeRequestor(world, name)).hired())
  for (const { stream, inputs } of hired) {
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
    await world.clock.advance(1)
    // One more waits empty.
    await vi.waitFor(() => expect(world.tool.alive).toBeLessThanOrEqual(4))
  }
  // The first one's program went, the last one's is still there.
  const programs = world.tool.started
  await hired[4]?.stream.say(subtask(1, hired[4].inputs))
  await hired[4]?.stream.hear('delivered')
  expect(world.tool.started).toBe(programs)
  await hired[0]?.stream.say(subtask(1, hired[0].inputs))
  await hired[0]?.stream.hear('delivered')
  expect(world.tool.served.at(-1)?.program).not.toBe(world.tool.served[0]?.program)
})
