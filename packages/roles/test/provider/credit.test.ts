import { asCid, type Offer } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { HOUR_UNITS, makeRequestor, makeWorld, subtask, type World } from './world.ts'

// Subtasks cost 100 where a usual one costs 1, so that a newcomer gets one at a time.

async function wary(change = {}) {
  const world = await makeWorld({ isWary: true, cores: 4, unpaidLimitWei: 1_000n, ...change })
  const requestor = await makeRequestor(world)
  const hired = await requestor.hired({ unpaidLimitWei: 1_000n })
  const hand = (...indices: number[]) =>
    Promise.all(indices.map((index) => hired.stream.say(subtask(index, hired.inputs, { method: 'wait' }))))
  const names = () => world.tool.served.map(({ name }) => name)
  const accept = (indices: number[], amountWei: bigint) =>
    hired.stream.say({ type: 'accept', indices, voucher: requestor.voucher(hired.terms, amountWei) })
  return { world, requestor, ...hired, hand, names, accept }
}

/** Says it, and returns when the provider has begun so many. */
const untilBegun = (names: () => string[], count: number) => expect.poll(() => names().length).toBe(count)

/** Work of another requestor, that comes after all that was said before: what may begin has begun once it is done. */
async function othersWork(world: World): Promise<void> {
  const other = await makeRequestor(world, 'other')
  const { stream, inputs } = await other.hired()
  await stream.say(subtask(99, inputs))
  await stream.hear('delivered')
}

describe('what a requestor may leave unpaid', () => {
  it('is one subtask of a newcomer, and grows with what it pays', async () => {
    const { world, stream, hand, names, accept } = await wary()
    expect(await stream.hear('credit')).toEqual({ type: 'credit', trustedWei: 0n, isOwing: false })
    await hand(0, 1, 2, 3)
    await untilBegun(names, 1)
    world.tool.open('frame 0')
    await stream.hear('delivered')
    // Delivered and not paid is still open.
    expect(names()).toEqual(['frame 0'])
    await accept([0], 100n)
    expect((await stream.hear('credit')).trustedWei).toBe(50n)
    await untilBegun(names, 2)
    world.tool.open('frame 1')
    await stream.hear('delivered')
    await accept([1], 200n)
    expect((await stream.hear('credit')).trustedWei).toBe(100n)
    await untilBegun(names, 4)
    expect(stream.heard().map(({ type }) => type)).not.toContain('refused')
  })

  it('is many subtasks at once where they are small, up to what a usual one costs', async () => {
    const price = 6_000n
    const world = await makeWorld({ isWary: true, cores: 8, pricePerCoreHourWei: price, unpaidLimitWei: 10_000n })
    const requestor = await makeRequestor(world)
    const body = requestor.demandBody({ maxPricePerCoreHourWei: price })
    await requestor.publish(body)
    await expect.poll(() => requestor.offers.get(body.id)).toBeDefined()
    const offer = requestor.offers.get(body.id) as Offer
    const terms = requestor.terms(offer, { pricePerCoreHourWei: price, unpaidLimitWei: 10_000n })
    const stream = await requestor.open(terms)
    await stream.say({ type: 'fund', funding: await requestor.lock(terms) })
    await stream.hear('funded')
    const inputs = await requestor.inputs('golem')
    // A minute costs 100; of 20 each five are begun, and the sixth waits.
    for (const index of [0, 1, 2, 3, 4, 5]) {
      const { type, assignment } = subtask(index, inputs, { method: 'wait', units: 12_000_000 })
      await stream.say({ type, assignment: { ...assignment, priceWei: 20n } })
    }
    await expect.poll(() => world.tool.served.length).toBe(5)
    for (const { name } of world.tool.served) world.tool.open(name)
    // Any of them may be the first.
    const { delivery } = await stream.hear('delivered')
    expect(world.tool.served.length).toBe(5)
    await stream.say({ type: 'accept', indices: [delivery.index], voucher: requestor.voucher(terms, 20n) })
    await expect.poll(() => world.tool.served.length).toBe(6)
  })

  it('is no more for a dear subtask that is asked for and taken back before it began', async () => {
    const { world, stream, hand, names } = await wary()
    const nowhere = asCid(`bafkrei${'a'.repeat(52)}`)
    await stream.say(subtask(0, nowhere, { units: 10 * HOUR_UNITS }))
    await stream.say({ type: 'cancel', index: 0 })
    await hand(1, 2, 3)
    await untilBegun(names, 1)
    await othersWork(world)
    expect(names()).toEqual(['frame 1', 'frame 99'])
    expect(stream.heard().map(({ type }) => type)).not.toContain('refused')
  })

  it('is one dear subtask after another, each once the one before was paid', async () => {
    const { world, stream, hand, names, accept } = await wary()
    await hand(0, 1, 2)
    for (const count of [1, 2]) {
      await untilBegun(names, count)
      world.tool.open(`frame ${count - 1}`)
      await stream.hear('delivered')
      expect(names()).toHaveLength(count)
      await accept([count - 1], BigInt(count) * 100n)
    }
    await untilBegun(names, 3)
  })

  it('is counted over all its agreements', async () => {
    const { world, requestor, hand, names } = await wary()
    const second = await requestor.hired({ unpaidLimitWei: 1_000n })
    await hand(0)
    await untilBegun(names, 1)
    await second.stream.say(subtask(7, second.inputs))
    await othersWork(world)
    expect(names()).toEqual(['frame 0', 'frame 99'])
    expect(second.stream.heard().map(({ type }) => type)).not.toContain('refused')
  })

  it('has room for what it pays before, which the chain covers', async () => {
    const { hand, names, accept, stream } = await wary()
    await hand(0, 1, 2)
    await untilBegun(names, 1)
    await accept([], 200n)
    expect((await stream.hear('voucher-stored')).amountWei).toBe(200n)
    await untilBegun(names, 3)
  })

  it('keeps what was paid before as credit, also where the chain has paid it already', async () => {
    const { world, requestor, terms, stream, hand, names, accept } = await wary()
    await accept([], 100n)
    await stream.hear('voucher-stored')
    await requestor.chain.settle([{ channel: requestor.keyOf(terms), amountWei: 100n }])
    await stream.say({ type: 'fund', funding: await requestor.lock(terms, { baseWei: 100n, capWei: 500n }) })
    await stream.hear('funded')
    await hand(0, 1)
    await untilBegun(names, 2)
    for (const name of names()) world.tool.open(name)
    await stream.hear('delivered')
    await stream.hear('delivered')
    await accept([0], 100n)
    expect((await stream.hear('voucher-stored')).amountWei).toBe(100n)
    await accept([1], 200n)
    expect((await stream.hear('voucher-stored')).amountWei).toBe(200n)
  })

  it('is nothing once it owes: it is worked for as far as it pays before', async () => {
    const { world, requestor, stream, hand, names, accept } = await wary()
    const about = { subject: requestor.signer.address, application: null, count: 1, isProven: false, evidence: null }
    const agreementId = `0x${'0'.repeat(64)}` as never
    world.book.note([{ ...about, kind: 'unpaid', agreementId, valueWei: 1n }])
    await stream.hear('credit')
    await world.clock.advance(10_000)
    expect(await stream.hear('credit')).toEqual({ type: 'credit', trustedWei: 0n, isOwing: true })
    await hand(0)
    expect((await stream.hear('refused')).reason.code).toBe('PAYS_BEFORE')
    await accept([], 100n)
    await stream.hear('voucher-stored')
    await hand(1, 2)
    expect(await stream.hear('refused')).toMatchObject({ index: 2, reason: { code: 'PAYS_BEFORE' } })
    await untilBegun(names, 1)
  })

  it('holds for a requestor of an older version, that is told nothing of it and refused nothing', async () => {
    const { world, requestor } = await wary()
    const terms = requestor.terms(await requestor.offer(), { unpaidLimitWei: 1_000n })
    const stream = await requestor.open(terms, undefined, '/golem/activity/1.3.0')
    await stream.hear('opened')
    await stream.say({ type: 'fund', funding: await requestor.lock(terms) })
    await stream.hear('funded')
    const inputs = await requestor.inputs('golem')
    for (const index of [0, 1]) await stream.say(subtask(index, inputs))
    expect((await stream.hear('delivered')).delivery.index).toBe(0)
    expect(world.tool.served).toHaveLength(1)
    await stream.say({ type: 'accept', indices: [0], voucher: requestor.voucher(terms, 100n) })
    expect((await stream.hear('delivered')).delivery.index).toBe(1)
    const types = stream.heard().map(({ type }) => type)
    expect(types).not.toContain('credit')
    expect(types).not.toContain('refused')
  })

  it('is no more where it calls off what was delivered, which it may still pay', async () => {
    const { world, stream, hand, names, accept } = await wary()
    await hand(0, 1)
    await untilBegun(names, 1)
    world.tool.open('frame 0')
    await stream.hear('delivered')
    await stream.say({ type: 'cancel', index: 0 })
    await othersWork(world)
    expect(names()).toEqual(['frame 0', 'frame 99'])
    await accept([0], 100n)
    expect((await stream.hear('voucher-stored')).amountWei).toBe(100n)
    await untilBegun(names, 3)
  })

  it('is not taken for good from one whose job fails with several deliveries at once', async () => {
    const { world, requestor, stream, hand, names, accept } = await wary()
    await accept([], 200n)
    await stream.hear('voucher-stored')
    await hand(0, 1, 2)
    await untilBegun(names, 3)
    for (const index of [0, 1, 2]) {
      world.tool.open(`frame ${index}`)
      await stream.hear('delivered')
    }
    for (const index of [0, 1, 2, 0, 1, 2]) await stream.say({ type: 'cancel', index })
    await hand(3)
    await stream.hear('refused')
    const facts = world.book.facts(requestor.signer.address)
    expect(facts.map(({ body }) => [body.valueWei, body.isProven])).toEqual([[200n, false]])
  })

  it('is no more where it says twice that what was delivered is called off, but for one that may be bad luck', async () => {
    const { world, requestor, stream, hand, names, accept } = await wary()
    await hand(0, 1, 2)
    for (const index of [0, 1]) {
      await untilBegun(names, index + 1)
      world.tool.open(`frame ${index}`)
      await stream.hear('delivered')
      for (const _ of [1, 2]) await stream.say({ type: 'cancel', index })
    }
    await othersWork(world)
    expect(names()).toEqual(['frame 0', 'frame 1', 'frame 99'])
    const facts = world.book.facts(requestor.signer.address).map(({ body }) => [body.kind, body.valueWei])
    expect(facts).toEqual([['unpaid', 100n]])
    await hand(3)
    expect((await stream.hear('refused')).reason.code).toBe('PAYS_BEFORE')
    // What it pays before is worked for; who does not accept that either is left alone.
    await accept([], 100n)
    await stream.hear('voucher-stored')
    await untilBegun(names, 4)
    expect(names().at(-1)).toBe('frame 2')
    world.tool.open('frame 2')
    await stream.hear('delivered')
    await stream.say({ type: 'reject', index: 2, reason: { code: 'BAD', message: 'It does not please.' } })
    await hand(4)
    expect(await stream.hear('refused')).toMatchObject({ index: 4, reason: { code: 'NOT_TRUSTED' } })
  })
})
