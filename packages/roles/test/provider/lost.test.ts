import { asCid, type BatchedDelivery, commitmentOf, drawChain, drawSeed, type Offer } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { makeRequestor, makeWorld, type Requestor, type Stream, subtask, type World } from './world.ts'

// What one key hears delivered and does not pay, in one agreement after the other. A subtask costs 100.

const chain = drawChain(new Uint8Array(32).fill(9), 16)

async function wary() {
  const world = await makeWorld({ isWary: true, cores: 4, unpaidLimitWei: 1_000n, graceMs: 5_000 })
  const requestor = await makeRequestor(world)
  const terms = () => ({ unpaidLimitWei: 1_000n, deadlineMs: world.clock.now() + 10_000 })
  return { world, requestor, hire: (draws = {}) => requestor.hired(terms(), draws) }
}
const unpaid = ({ book }: World, { signer }: Requestor) =>
  book.facts(signer.address).flatMap(({ body }) => (body.kind === 'unpaid' ? body.valueWei : []))
const finish = async (stream: Stream) => {
  await stream.say({ type: 'finish' })
  await stream.ended
}
type Hired = Awaited<ReturnType<Requestor['hired']>>
const told = async ({ stream, inputs }: Hired, index: number, draws = {}) => {
  await stream.say(subtask(index, inputs))
  await stream.hear('chain' in draws ? 'delivered-many' : 'delivered')
}

describe('one key that takes work and pays nothing', () => {
  it.each([
    ['has promised no draws, and says nothing', {}, false],
    ['reveals nothing', { chain }, false],
    ['says that another was first', {}, true],
  ] as const)('has two subtasks by it, in however many agreements, and no more: it %s', async (_, draws, cancels) => {
    const { world, requestor, hire } = await wary()
    const third = await hire()
    for (const expected of [[], [100n]]) {
      const hired = await hire(draws)
      await told(hired, 0, draws)
      if (cancels) await hired.stream.say({ type: 'cancel', index: 0 })
      await finish(hired.stream)
      expect(unpaid(world, requestor)).toEqual(expected)
    }
    await third.stream.say(subtask(0, third.inputs))
    expect((await third.stream.hear('refused')).reason.code).toMatch('PAYS_BEFORE')
    expect(world.tool.served).toHaveLength(2)
  })

  it('is known by it after a restart of its provider, in which it kept away', async () => {
    const { world, requestor, hire } = await wary()
    await told(await hire(), 0)
    await world.stop()
    await world.start()
    await world.clock.advance(60_000)
    expect(world.provider.status().activities).toEqual([])
    await world.stop()
    await world.start()
    const again = await hire()
    await told(again, 0)
    await finish(again.stream)
    expect(unpaid(world, requestor)).toEqual([100n])
  })

  it('has no more by several agreements at once', async () => {
    const { world, hire } = await wary()
    const [first, second, third] = [await hire(), await hire(), await hire()]
    await told(first, 0)
    await first.stream.say({ type: 'cancel', index: 0 })
    for (const each of [second, third]) await each.stream.say(subtask(0, each.inputs))
    const other = await makeRequestor(world, 'other')
    await told(await other.hired(), 99)
    expect(world.tool.served.map(({ name }) => name)).toEqual(['frame 0', 'frame 99'])
  })

  it('pays for most, in each agreement, and is worked for no more once it left more than one', async () => {
    const { world, requestor, hire } = await wary()
    const third = await hire()
    for (const round of [0, 1]) {
      const hired = await hire()
      for (const index of [0, 1, 2, 3, 4]) {
        await told(hired, index)
        const voucher = requestor.voucher(hired.terms, BigInt(400 * round + 100 * Math.min(index + 1, 4)))
        await hired.stream.say(index < 4 ? { type: 'accept', indices: [index], voucher } : { type: 'cancel', index })
      }
      await finish(hired.stream)
    }
    expect(unpaid(world, requestor)).toEqual([100n])
    await third.stream.say(subtask(0, third.inputs))
    expect((await third.stream.hear('refused')).reason.code).toBe('PAYS_BEFORE')
  })

  it('pays for one, and is blamed for what it left beside it, but for the one that may be bad luck', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const hired = await requestor.hired({}, { chain })
    for (const index of [0, 1, 2]) {
      await told(hired, index, { chain })
      await hired.stream.say({ type: 'reveal', draw: index, value: chain.valueOf(index) })
    }
    await hired.stream.say({ type: 'accept', indices: [0], voucher: requestor.voucher(hired.terms, 100n) })
    await finish(hired.stream)
    expect(unpaid(world, requestor)).toEqual([100n])
  })
})

describe('a rejection', () => {
  it('counts by its evidence also where the agreement ended before that could be read', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const hired = await requestor.hired({}, { chain })
    await hired.stream.say(subtask(0, hired.inputs))
    const { batch } = await hired.stream.hear('delivered-many')
    const { fetch } = world.storage
    const away = Promise.withResolvers<void>()
    world.storage.fetch = (cid, how) => away.promise.then(() => fetch(cid, how))
    await hired.stream.say({ type: 'reveal', draw: 0, value: chain.valueOf(0) })
    const nothing = asCid(`bafkrei${'a'.repeat(52)}`)
    const commitment = commitmentOf(batch.deliveries[0] as BatchedDelivery)
    const seed = drawSeed({ value: chain.valueOf(0), agreementId: hired.id, index: 0, commitment })
    const evidence = { seed, verdict: nothing, crop: null }
    const reason = { code: 'BAD', message: 'It does not please.' }
    await hired.stream.say({ type: 'reject', index: 0, reason, evidence })
    await finish(hired.stream)
    away.resolve()
    await expect.poll(() => unpaid(world, requestor)).toEqual([100n])
  })
})

/** Where a minute's work costs 100: takes so many subtasks that cost 20 each, says nothing of them, and goes, each time. */
async function takeSmall(counts: readonly number[], limits: { unpaidLimitWei: bigint }) {
  const price = { pricePerCoreHourWei: 6_000n }
  const world = await makeWorld({ isWary: true, cores: 8, ...price, ...limits })
  const requestor = await makeRequestor(world)
  for (const count of counts) {
    const body = requestor.demandBody({ maxPricePerCoreHourWei: price.pricePerCoreHourWei })
    await requestor.publish(body)
    await expect.poll(() => requestor.offers.get(body.id)).toBeDefined()
    const terms = requestor.terms(requestor.offers.get(body.id) as Offer, { ...price, ...limits })
    const stream = await requestor.open(terms)
    await stream.say({ type: 'fund', funding: await requestor.lock(terms) })
    await stream.hear('funded')
    const inputs = await requestor.inputs('golem')
    for (let index = 0; index < count; index += 1) {
      const { type, assignment } = subtask(index, inputs, { units: 12_000_000 })
      await stream.say({ type, assignment: { ...assignment, priceWei: 20n } })
      await stream.hear('delivered')
    }
    await finish(stream)
  }
  return unpaid(world, requestor)
}

describe('small subtasks that are left', () => {
  it('count beyond what a newcomer may have open, where that is less than a minute, and then come one at a time', async () => {
    expect(await takeSmall([2, 1], { unpaidLimitWei: 40n })).toEqual([20n])
  })
})

describe('a requestor that is not to blame', () => {
  it('ends its first job while all that it may have open is on its way to it', async () => {
    expect(await takeSmall([5], { unpaidLimitWei: 300n })).toEqual([])
  })

  it('was away when its work was done, and never came back for it', async () => {
    const { world, requestor, hire } = await wary()
    const { stream, inputs } = await hire()
    await stream.say(subtask(0, inputs, { method: 'wait' }))
    await expect.poll(() => world.tool.served.length).toBe(1)
    stream.channel.abort()
    await stream.ended
    world.tool.open('frame 0')
    await expect.poll(() => world.provider.status().activities[0]?.delivered).toBe(1)
    await world.clock.advance(60_000)
    expect(world.provider.status().activities).toEqual([])
    const second = await hire()
    await told(second, 0)
    await finish(second.stream)
    expect(unpaid(world, requestor)).toEqual([])
  })

  it('calls off what is delivered at the same moment, and pays it', async () => {
    const { world, requestor, hire } = await wary()
    for (const round of [0, 1, 2]) {
      const hired = await hire()
      for (const index of [0, 1, 2]) {
        await told(hired, index)
        await hired.stream.say({ type: 'cancel', index })
        const voucher = requestor.voucher(hired.terms, BigInt(300 * round + 100 * (index + 1)))
        await hired.stream.say({ type: 'accept', indices: [index], voucher })
      }
      await finish(hired.stream)
    }
    expect(unpaid(world, requestor)).toEqual([])
  })
})
