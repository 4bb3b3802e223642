import type { Chain } from '@golem/ports'
import { GolemError, newPrivateKey, type RequestorMessage, signerFromKey } from '@golem/protocol'
import { describe, expect, it, vi } from 'vitest'
import { createWatch } from '../../src/index.ts'
import { HOUR_UNITS, makeRequestor, makeWorld, type Requestor, type Stream, subtask, type World } from './world.ts'

type Hired = Awaited<ReturnType<Requestor['hired']>>

/** An agreement with some subtasks delivered, each worth 100. */
async function delivered(count: number, change: Parameters<Requestor['hired']>[0] = {}) {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const hired = await requestor.hired({ unpaidLimitWei: 300n, ...change })
  for (let index = 0; index < count; index++) {
    await hired.stream.say(subtask(index, hired.inputs))
    await hired.stream.hear('delivered')
  }
  return { world, requestor, ...hired }
}

const refusal = async (stream: Stream, message: RequestorMessage): Promise<string> => {
  await stream.say(message)
  return (await stream.hear('refused')).reason.code
}

describe('credit', () => {
  it('refuses work past the unpaid limit until some is accepted', async () => {
    const { requestor, stream, terms, inputs } = await delivered(3)
    expect(await refusal(stream, subtask(3, inputs))).toBe('UNPAID_LIMIT')
    await stream.say({ type: 'accept', indices: [1], voucher: requestor.voucher(terms, 100n) })
    await stream.hear('voucher-stored')
    await stream.say(subtask(3, inputs))
    expect((await stream.hear('delivered')).delivery.index).toBe(3)
  })

  it('refuses work that the lock does not cover, counting all agreements of the channel', async () => {
    const world = await makeWorld({ cores: 2 })
    const requestor = await makeRequestor(world)
    const one = await requestor.hired({}, { capWei: 250n })
    const two = await requestor.hired({}, { capWei: 250n })
    await one.stream.say(subtask(0, one.inputs))
    await one.stream.hear('delivered')
    await two.stream.say(subtask(0, two.inputs))
    await two.stream.hear('delivered')
    expect(await refusal(one.stream, subtask(1, one.inputs))).toBe('FUNDING_SHORT')
    await one.stream.say({ type: 'fund', funding: await requestor.lock(one.terms, { baseWei: 250n, capWei: 50n }) })
    expect((await one.stream.hear('funded')).provenWei).toBe(300n)
    await one.stream.say(subtask(1, one.inputs))
    await one.stream.hear('delivered')
  })

  it('refuses work before any funding, past the cap, at another price, after the deadline, and twice', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const terms = requestor.terms(await requestor.offer(), { capWei: 150n, deadlineMs: world.clock.now() + 55_000 })
    const stream = await requestor.open(terms)
    const inputs = await requestor.inputs('golem')
    await stream.hear('opened')
    expect(await refusal(stream, subtask(0, inputs))).toBe('FUNDING_SHORT')
    await stream.say({ type: 'fund', funding: await requestor.lock(terms) })
    const cheap = subtask(0, inputs)
    cheap.assignment.priceWei = 99n
    expect(await refusal(stream, cheap)).toBe('PRICE_WRONG')
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
    expect(await refusal(stream, subtask(1, inputs))).toBe('CAP_REACHED')
    await stream.say({ type: 'accept', indices: [0], voucher: requestor.voucher(terms, 100n) })
    await stream.hear('voucher-stored')
    expect(await refusal(stream, subtask(0, inputs))).toBe('INDEX_USED')
    await world.clock.advance(55_000)
    expect(await refusal(stream, subtask(1, inputs))).toBe('DEADLINE_PASSED')
  })

  it('takes work that is sent together with its funding', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const terms = requestor.terms(await requestor.offer())
    const stream = await requestor.open(terms)
    const inputs = await requestor.inputs('golem')
    const funding = await requestor.lock(terms)
    await stream.say({ type: 'fund', funding })
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
  })

  it('waits for a slow chain before it judges work that came together with its funding', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const terms = requestor.terms(await requestor.offer())
    const stream = await requestor.open(terms)
    const funding = await requestor.lock(terms)
    const answer = Promise.withResolvers<{ leftWei: bigint; expiryS: number } | null>()
    vi.spyOn(world.chain, 'round').mockReturnValueOnce(answer.promise)
    await stream.say({ type: 'fund', funding })
    await stream.say(subtask(0, await requestor.inputs('golem')))
    await world.clock.advance(5_000)
    expect(stream.heard().map(({ type }) => type)).not.toContain('refused')
    answer.resolve(await requestor.chain.round(funding))
    await stream.hear('delivered')
  })

  it('gives no credit for what was paid in a past that it has forgotten', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const terms = requestor.terms(await requestor.offer())
    await requestor.chain.settle([{ channel: requestor.keyOf(terms), amountWei: 500n }])
    const stream = await requestor.open(terms)
    await stream.say({ type: 'fund', funding: await requestor.lock(terms, { baseWei: 500n, capWei: 100n }) })
    expect((await stream.hear('funded')).provenWei).toBe(600n)
    const inputs = await requestor.inputs('golem')
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
    expect(await refusal(stream, subtask(1, inputs))).toBe('FUNDING_SHORT')
    await stream.say(accept([0], requestor.voucher(terms, 599n)))
    expect((await stream.hear('declined')).reason.code).toBe('VOUCHER_TOO_SMALL')
  })

  it('gives a large subtask one chance where nothing is unpaid', async () => {
    const { stream, inputs } = await delivered(0)
    await stream.say(subtask(0, inputs, { units: 5 * HOUR_UNITS }))
    await stream.hear('delivered')
    expect(await refusal(stream, subtask(1, inputs))).toBe('UNPAID_LIMIT')
  })

  it('counts rejected work as used, and not as owed', async () => {
    const { world, stream, inputs, terms, requestor } = await delivered(3)
    await stream.say({ type: 'reject', index: 0, reason: { code: 'WRONG', message: 'It differs.' } })
    await stream.say(subtask(3, inputs))
    await stream.hear('delivered')
    expect(await refusal(stream, subtask(0, inputs))).toBe('INDEX_USED')
    await stream.say({ type: 'accept', indices: [1, 2, 3], voucher: requestor.voucher(terms, 300n) })
    expect((await stream.hear('voucher-stored')).amountWei).toBe(300n)
    expect(world.provider.status().activities[0]).toMatchObject({ delivered: 4, accepted: 3, earnedWei: 300n })
    // What all of its work came to is told while an agreement is open, and when it has ended.
    const { store, chain, clock } = world
    const watch = createWatch({ store, chain, clock, logger: { debug() {}, info() {}, warn() {}, error() {} } })
    const done = { accepted: 3, rejected: 1, acceptedWei: 300n, rejectedWei: 100n }
    expect(watch.workDone()).toEqual(done)
    await stream.say({ type: 'finish' })
    await stream.ended
    expect(watch.workDone()).toEqual(done)
  })
})

describe('vouchers', () => {
  const stranger = signerFromKey(newPrivateKey())
  it.each<[string, string, (hired: Hired & { requestor: Requestor }) => RequestorMessage]>([
    [
      'VOUCHER_TOO_SMALL',
      'less than was accepted',
      ({ requestor, terms }) => accept([0, 1], requestor.voucher(terms, 199n)),
    ],
    [
      'VOUCHER_UNCOVERED',
      'more than is locked',
      ({ requestor, terms }) => accept([0], requestor.voucher(terms, 1_001n)),
    ],
    [
      'VOUCHER_WRONG',
      'signed by another',
      ({ requestor, terms }) => accept([0], requestor.voucher(terms, 100n, stranger)),
    ],
    [
      'VOUCHER_WRONG',
      'for another payee',
      ({ requestor, terms }) => accept([0], requestor.voucher({ ...terms, payee: stranger.address }, 100n)),
    ],
    [
      'VOUCHER_WRONG',
      'with another royalty',
      ({ requestor, terms }) => accept([0], requestor.voucher({ ...terms, royaltyBps: 2_000 }, 100n)),
    ],
    [
      'INDEX_UNKNOWN',
      'for what was not delivered',
      ({ requestor, terms }) => accept([7], requestor.voucher(terms, 100n)),
    ],
  ])('%s: a voucher %s ends the stream, and nothing is settled', async (code, _, message) => {
    const { world, ...hired } = await delivered(2)
    await hired.stream.say(message(hired))
    expect((await hired.stream.hear('declined')).reason.code).toBe(code)
    await hired.stream.ended
    expect(world.provider.status().activities[0]).toMatchObject({ delivered: 2, accepted: 0, earnedWei: 0n })
    // For a while the requestor is not heard at all; then it can make good.
    await expect(hired.requestor.open(hired.terms).then((stream) => stream.hear('opened'))).rejects.toThrow()
    await world.clock.advance(61_000)
    const again = await hired.requestor.open(hired.terms)
    expect((await again.hear('opened')).unsettled).toEqual([0, 1])
    await again.say(accept([0, 1], hired.requestor.voucher(hired.terms, 200n)))
    expect((await again.hear('voucher-stored')).amountWei).toBe(200n)
  })

  it('takes the same acceptance twice and counts it once', async () => {
    const { world, requestor, stream, terms } = await delivered(2)
    for (let round = 0; round < 2; round++) {
      await stream.say(accept([0, 0], requestor.voucher(terms, 100n)))
      expect((await stream.hear('voucher-stored')).amountWei).toBe(100n)
    }
    expect(world.provider.status().activities[0]).toMatchObject({ accepted: 1, earnedWei: 100n })
    // The second subtask is not paid by the voucher of the first.
    await stream.say(accept([1], requestor.voucher(terms, 100n)))
    expect((await stream.hear('declined')).reason.code).toBe('VOUCHER_TOO_SMALL')
  })

  it('takes acceptances of two agreements of one channel in either order', async () => {
    const world = await makeWorld({ cores: 2 })
    const requestor = await makeRequestor(world)
    const one = await requestor.hired()
    const two = await requestor.hired()
    for (const { stream, inputs } of [one, two]) {
      await stream.say(subtask(0, inputs))
      await stream.hear('delivered')
    }
    await two.stream.say(accept([0], requestor.voucher(two.terms, 200n)))
    expect((await two.stream.hear('voucher-stored')).amountWei).toBe(200n)
    await one.stream.say(accept([0], requestor.voucher(one.terms, 100n)))
    expect((await one.stream.hear('voucher-stored')).amountWei).toBe(200n)
    expect(world.provider.earnings()).toEqual({ owedToMeWei: 200n, earnedWei: 200n })
  })

  it('has the voucher in the store before it says so', async () => {
    const { world, requestor, stream, terms } = await delivered(1)
    const commit = vi.spyOn(world.store, 'commit').mockImplementationOnce(() => {
      throw new GolemError({ code: 'STORE_FAILED', message: 'The disk is full.' })
    })
    await stream.say(accept([0], requestor.voucher(terms, 100n)))
    expect((await stream.hear('declined')).reason.code).toBe('STORE_FAILED')
    expect(world.provider.earnings().earnedWei).toBe(0n)
    commit.mockRestore()
    const again = await requestor.open(terms)
    expect((await again.hear('opened')).unsettled).toEqual([0])
    await again.say(accept([0], requestor.voucher(terms, 100n)))
    await again.hear('voucher-stored')
    expect(world.provider.earnings().earnedWei).toBe(100n)
  })
})

describe('fundings', () => {
  it.each<[string, string, (requestor: Requestor, hired: Hired) => Promise<RequestorMessage>]>([
    [
      'FUNDING_INVALID',
      'whose proof is wrong',
      async (requestor, { terms }) => {
        const funding = await requestor.lock(terms)
        return { type: 'fund', funding: { ...funding, leaf: { ...funding.leaf, capWei: 2_000n } } }
      },
    ],
    [
      'FUNDING_INVALID',
      'of another channel',
      async (requestor, { terms }) => ({
        type: 'fund',
        funding: await requestor.lock({ ...terms, royaltyBps: 5 }),
      }),
    ],
    [
      'FUNDING_SHORT_LIVED',
      'that expires within a day',
      async (requestor, { terms }) => ({
        type: 'fund',
        funding: await requestor.lock(terms, { forMs: 23 * 3_600_000 }),
      }),
    ],
  ])('%s: a funding %s is not believed', async (code, _, message) => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const terms = requestor.terms(await requestor.offer())
    const stream = await requestor.open(terms)
    await stream.hear('opened')
    const hired = { terms, stream } as Hired
    await stream.say(await message(requestor, hired))
    expect((await stream.hear('declined')).reason.code).toBe(code)
    await stream.ended
  })

  it('waits for a round that the chain does not show yet, and gives it up in the end', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const terms = requestor.terms(await requestor.offer())
    const stream = await requestor.open(terms)
    await stream.hear('opened')
    const late = await requestor.lock(terms, { post: false })
    await stream.say({ type: 'fund', funding: late })
    await world.clock.advance(600)
    await requestor.chain.post(late)
    await world.clock.advance(1_000)
    expect((await stream.hear('funded')).root).toBe(late.root)
    await stream.say({ type: 'fund', funding: await requestor.lock(terms, { post: false }) })
    await world.clock.advance(60_000)
    expect((await stream.hear('declined')).reason.code).toBe('FUNDING_UNPOSTED')
  })

  it('takes vouchers while the chain is away', async () => {
    const { world, requestor, stream, terms } = await delivered(1)
    vi.spyOn(world.chain, 'round').mockRejectedValue(unreachable())
    await stream.say({ type: 'fund', funding: await requestor.lock(terms, { capWei: 2_000n }) })
    await stream.say(accept([0], requestor.voucher(terms, 100n)))
    expect((await stream.hear('voucher-stored')).amountWei).toBe(100n)
  })
})

describe('redemption', () => {
  /** Ends an agreement with 100 earned. */
  const earn = async (
    requestor: Requestor,
    { terms, stream, inputs }: Hired,
    amountWei: bigint,
    ending: { settles?: boolean } = {},
  ) => {
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
    await stream.say(accept([0], requestor.voucher(terms, amountWei)))
    await stream.hear('voucher-stored')
    await stream.say({ type: 'finish', ...ending })
    await stream.ended
  }
  const paid = async (world: World, requestor: Requestor, { terms }: Hired) =>
    (await world.chain.channel(requestor.keyOf(terms))).collectedWei

  it('redeems several agreements that end together in one transaction', async () => {
    const world = await makeWorld()
    const [first, second] = [await makeRequestor(world), await makeRequestor(world)]
    const redeem = vi.spyOn(world.chain, 'redeem')
    const [one, two] = [await first.hired(), await second.hired()]
    await earn(first, one, 100n)
    await earn(second, two, 100n)
    expect(redeem).not.toHaveBeenCalled()
    await world.clock.advance(2_000)
    await vi.waitFor(async () => expect(await paid(world, second, two)).toBe(100n))
    expect(await paid(world, first, one)).toBe(100n)
    expect(redeem).toHaveBeenCalledTimes(1)
    await world.clock.advance(600_000)
    expect(redeem).toHaveBeenCalledTimes(1)
  })

  it('tries again while the chain is away, and loses nothing', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const hired = await requestor.hired()
    const away = vi.spyOn(world.chain, 'channel').mockRejectedValue(unreachable())
    await earn(requestor, hired, 100n)
    await world.clock.advance(30_000)
    expect(away.mock.calls.length).toBeGreaterThan(2)
    expect(world.provider.earnings()).toEqual({ owedToMeWei: 100n, earnedWei: 100n })
    away.mockRestore()
    await world.clock.advance(60_000)
    await vi.waitFor(async () => expect(await paid(world, requestor, hired)).toBe(100n))
  })

  it('does not pay gas for what was redeemed already', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const hired = await requestor.hired()
    const redeem = vi.spyOn(world.chain, 'redeem')
    await earn(requestor, hired, 100n)
    await requestor.chain.settle([{ channel: requestor.keyOf(hired.terms), amountWei: 100n }])
    await world.clock.advance(2_000)
    await vi.waitFor(async () => expect(await paid(world, requestor, hired)).toBe(100n))
    expect(redeem).not.toHaveBeenCalled()
    expect(world.provider.earnings()).toEqual({ owedToMeWei: 0n, earnedWei: 100n })
  })

  it('redeems in mid-work what passes the threshold', async () => {
    const world = await makeWorld({ redeemThresholdWei: 200n })
    const requestor = await makeRequestor(world)
    const { stream, terms, inputs } = await requestor.hired()
    for (const index of [0, 1]) {
      await stream.say(subtask(index, inputs))
      await stream.hear('delivered')
      await stream.say(accept([index], requestor.voucher(terms, BigInt(100 * (index + 1)))))
      await stream.hear('voucher-stored')
      await world.clock.advance(15_000)
      expect((await world.chain.channel(requestor.keyOf(terms))).paidWei).toBe(index === 0 ? 0n : 200n)
    }
  })

  it('redeems before the lock expires', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const day = 86_400_000
    const { stream, terms, inputs } = await requestor.hired({ deadlineMs: world.clock.now() + 20 * day })
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
    await stream.say(accept([0], requestor.voucher(terms, 100n)))
    await stream.hear('voucher-stored')
    // The lock lives for three days: its last day begins with the second half of its life behind it.
    vi.spyOn(world.clock, 'now').mockReturnValue(world.clock.now() + 2 * day + 60_000)
    await world.clock.advance(15_000)
    await vi.waitFor(async () => expect((await world.chain.channel(requestor.keyOf(terms))).paidWei).toBe(100n))
  })

  it('leaves the settlement to a requestor that says so, redeems nothing then, and collects', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const redeem = vi.spyOn(world.chain, 'redeem')
    const hired = await requestor.hired()
    await earn(requestor, hired, 100n, { settles: true })
    await world.clock.advance(60_000)
    expect(redeem).not.toHaveBeenCalled()
    expect(world.provider.earnings()).toEqual({ owedToMeWei: 100n, earnedWei: 100n })
    await requestor.chain.settle([{ channel: requestor.keyOf(hired.terms), amountWei: 100n }])
    await world.clock.advance(30_000)
    await vi.waitFor(async () => expect(await paid(world, requestor, hired)).toBe(100n))
    expect(redeem).not.toHaveBeenCalled()
    expect(world.provider.earnings()).toEqual({ owedToMeWei: 0n, earnedWei: 100n })
  })

  it('does not wait for a settlement of what was earned after it was promised', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const [first, second] = [await requestor.hired(), await requestor.hired()]
    await earn(requestor, first, 100n, { settles: true })
    await requestor.chain.settle([{ channel: requestor.keyOf(first.terms), amountWei: 100n }])
    await earn(requestor, second, 200n)
    await world.clock.advance(30_000)
    await vi.waitFor(async () => expect(await paid(world, requestor, second)).toBe(200n))
  })

  it('redeems by itself when a requestor that said it would settle does not', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const hired = await requestor.hired()
    await earn(requestor, hired, 100n, { settles: true })
    await world.clock.advance(11 * 60_000)
    await vi.waitFor(async () => expect(await paid(world, requestor, hired)).toBe(100n))
  })

  it('is looked after when nothing is lent any more', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const hired = await requestor.hired()
    await earn(requestor, hired, 100n)
    await world.stop()
    const { store, chain, clock } = world
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const watch = createWatch({ store, chain, clock, logger })
    expect(watch.earnings()).toEqual({ owedToMeWei: 100n, earnedWei: 100n })
    watch.start()
    await clock.advance(15_000)
    await vi.waitFor(async () => expect(await paid(world, requestor, hired)).toBe(100n))
    expect(watch.earnings()).toEqual({ owedToMeWei: 0n, earnedWei: 100n })
    await watch.stop()
  })

  it('waits until it is worth the gas, unless it is taken by hand', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const hired = await requestor.hired()
    await earn(requestor, hired, 100n)
    await world.stop()
    const { store, clock } = world
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    // A unit of gas costs 1 wei in memory: a redemption takes more than 100.
    const open = (chain: Chain) => createWatch({ store, chain, clock, logger }, { glmPerEth: 1 })
    const asked = vi.spyOn(world.chain, 'gasPriceWei')
    const redeem = vi.spyOn(world.chain, 'redeem')
    const watch = open(world.chain)
    watch.start()
    await clock.advance(15_000)
    await vi.waitFor(() => expect(asked).toHaveBeenCalled())
    expect(redeem).not.toHaveBeenCalled()
    await watch.takeAll()
    expect(await paid(world, requestor, hired)).toBe(100n)
    await watch.stop()
  })

  it('redeems after a restart what a crash left', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const hired = await requestor.hired()
    await earn(requestor, hired, 100n)
    await world.stop()
    expect(await paid(world, requestor, hired)).toBe(0n)
    await world.start()
    expect(world.provider.earnings()).toEqual({ owedToMeWei: 100n, earnedWei: 100n })
    await world.clock.advance(2_000)
    await vi.waitFor(async () => expect(await paid(world, requestor, hired)).toBe(100n))
  })
})

const accept = (indices: number[], voucher: (RequestorMessage & { type: 'accept' })['voucher']): RequestorMessage => ({
  type: 'accept',
  indices,
  voucher,
})

const unreachable = (): GolemError => new GolemError({ code: 'CHAIN_UNREACHABLE', message: 'The chain is away.' })
