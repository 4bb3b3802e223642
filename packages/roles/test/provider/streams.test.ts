import { domainOf, isBatchSignedBy, newPrivateKey, signDemand, signerFromKey, signTerms } from '@golem/protocol'
import { describe, expect, it, vi } from 'vitest'
import { makeRequestor, makeWorld, subtask } from './world.ts'

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

describe('demands', () => {
  it('stays silent where a demand does not fit, and says why in the log', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const stranger = signerFromKey(newPrivateKey())
    await requestor.publish(requestor.demandBody({ maxPricePerCoreHourWei: 99n }))
    await requestor.publish(requestor.demandBody({ requestor: stranger.address }), stranger)
    await requestor.publish(requestor.demandBody(), stranger)
    await requestor.sayDemand('{"body":')
    await settle()
    expect(requestor.offers.size).toBe(0)
    expect(
      world.logs.filter(({ message }) => message === 'a demand is not answered').map(({ fields }) => fields),
    ).toEqual([
      expect.objectContaining({ reason: 'it pays too little' }),
      expect.objectContaining({ reason: expect.stringContaining('came from') }),
      expect.objectContaining({ reason: 'its signature is wrong' }),
      expect.objectContaining({ reason: 'it is malformed' }),
    ])
  })

  it('answers a repeated demand once, and again when time has passed', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const offers = vi.spyOn(requestor.offers, 'set')
    const body = requestor.demandBody()
    for (let round = 0; round < 3; round++) await requestor.publish(body)
    await settle()
    expect(offers).toHaveBeenCalledTimes(1)
    await world.clock.advance(20_000)
    await requestor.publish({ ...body, issuedAtMs: world.clock.now(), expiresAtMs: world.clock.now() + 60_000 })
    await settle()
    expect(offers).toHaveBeenCalledTimes(2)
    expect(offers.mock.calls[1]?.[1].body.id).toBe(offers.mock.calls[0]?.[1].body.id)
  })

  it('answers again where its first answer did not arrive', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const body = requestor.demandBody()
    const open = vi.spyOn(world.network, 'open').mockRejectedValueOnce(new Error('no way'))
    await requestor.publish(body)
    await settle()
    expect(requestor.offers.size).toBe(0)
    await requestor.publish(body)
    await settle()
    expect(open).toHaveBeenCalledTimes(2)
    expect(requestor.offers.size).toBe(1)
  })

  it('does not listen to more demands of one requestor than a person could need', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    for (let count = 0; count < 40; count++) {
      await requestor.publish(requestor.demandBody())
      await settle()
    }
    expect(requestor.offers.size).toBe(20)
  })

  it('gives no offer to a contact that is another peer than the requestor', async () => {
    const world = await makeWorld()
    const [requestor, victim] = [await makeRequestor(world), await makeRequestor(world)]
    const body = requestor.demandBody({ contact: victim.network.contact() })
    await requestor.publish(body)
    await settle()
    expect(victim.offers.size + requestor.offers.size).toBe(0)
    expect(signDemand(requestor.signer, body).body.requestor).toBe(requestor.signer.address)
  })
})

describe('agreements', () => {
  it('signs one agreement by offer, and the same again for a second stream, which replaces the first', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const terms = requestor.terms(await requestor.offer())
    const first = await requestor.open(terms)
    const { signature } = await first.hear('opened')
    const second = await requestor.open(terms)
    expect((await second.hear('opened')).signature).toBe(signature)
    await first.ended
    const other = await requestor.open({ ...terms, capWei: 1n })
    expect((await other.hear('declined')).reason.code).toBe('OFFER_UNKNOWN')
    expect(world.provider.status().activities).toHaveLength(1)
  })

  it('declines terms that differ from the offer, or that somebody else sends or signed', async () => {
    const world = await makeWorld()
    const [requestor, other] = [await makeRequestor(world), await makeRequestor(world)]
    const terms = requestor.terms(await requestor.offer())
    const reason = async (by: typeof requestor, what: typeof terms, signature = signTerms(by.signer, what)) => {
      const stream = await by.open(what, signature)
      const { reason } = await stream.hear('declined')
      await stream.ended
      return reason.code
    }
    expect(await reason(requestor, { ...terms, pricePerCoreHourWei: 101n })).toBe('TERMS_DIFFER')
    expect(await reason(requestor, { ...terms, offerId: terms.demandId })).toBe('OFFER_UNKNOWN')
    expect(await reason(other, { ...terms, requestor: other.signer.address })).toBe('OFFER_UNKNOWN')
    expect(await reason(other, terms, signTerms(requestor.signer, terms))).toBe('PEER_WRONG')
    expect(await reason(requestor, terms, signTerms(other.signer, terms))).toBe('SIGNATURE_WRONG')
  })

  it('gives an offer up when it has expired', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const offer = await requestor.offer()
    await world.clock.advance(10 * 60_000)
    const stream = await requestor.open(requestor.terms(offer))
    expect((await stream.hear('declined')).reason.code).toBe('OFFER_UNKNOWN')
  })

  it('ends with its deadline, and is paid for what was accepted', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const { stream, terms, inputs } = await requestor.hired({ deadlineMs: world.clock.now() + 60_000 })
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
    await stream.say({ type: 'accept', indices: [0], voucher: requestor.voucher(terms, 100n) })
    await stream.hear('voucher-stored')
    await world.clock.advance(75_000)
    await stream.ended
    await vi.waitFor(async () => {
      expect((await world.chain.channel(requestor.keyOf(terms))).collectedWei).toBe(100n)
    })
    expect(world.provider.status().activities).toEqual([])
    const again = await requestor.open(terms)
    expect((await again.hear('declined')).reason.code).toBe('AGREEMENT_ENDED')
  })
})

describe('broken streams', () => {
  it('goes on with its work, has ready what nobody heard of, and delivers the rest on the next stream', async () => {
    const world = await makeWorld({ cores: 2 })
    const requestor = await makeRequestor(world)
    const { stream, terms, inputs } = await requestor.hired()
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
    await stream.say(subtask(1, inputs, { method: 'wait' }))
    await stream.say(subtask(2, inputs, { method: 'wait' }))
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(3))
    stream.channel.abort()
    await settle()
    world.tool.open('frame 1')
    await vi.waitFor(() => expect(world.provider.status().activities).toMatchObject([{ delivered: 2 }]))
    const next = await requestor.open(terms)
    expect((await next.hear('opened')).unsettled).toEqual([0, 1, 2])
    expect(await next.hear('ready')).toMatchObject({ indices: [1] })
    expect((await next.hear('delivered')).delivery.index).toBe(0)
    await next.say({ type: 'take', indices: [1] })
    expect((await next.hear('delivered')).delivery.index).toBe(1)
    world.tool.open('frame 2')
    expect((await next.hear('delivered')).delivery.index).toBe(2)
    expect(world.tool.served).toHaveLength(3)
  })

  it('gives its cores to others when nobody comes back, and keeps what was delivered', async () => {
    const world = await makeWorld({ graceMs: 60_000 })
    const requestor = await makeRequestor(world)
    const { stream, terms, inputs } = await requestor.hired()
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
    await stream.say(subtask(1, inputs, { method: 'wait' }))
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(2))
    stream.channel.abort()
    await settle()
    await world.clock.advance(50_000)
    expect(world.provider.status().state).toBe('working')
    await world.clock.advance(20_000)
    await vi.waitFor(() => expect(world.provider.status().state).toBe('idle'))
    const next = await requestor.open(terms)
    expect((await next.hear('opened')).unsettled).toEqual([0])
    await next.hear('delivered')
    await next.say(subtask(1, inputs))
    await next.hear('delivered')
  })

  it('has nothing to say twice about what was settled, which a delivery is not by being called off', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const { stream, terms, inputs } = await requestor.hired()
    for (const index of [0, 1, 2]) {
      await stream.say(subtask(index, inputs))
      await stream.hear('delivered')
    }
    await stream.say({ type: 'accept', indices: [0], voucher: requestor.voucher(terms, 100n) })
    await stream.say({ type: 'reject', index: 1, reason: { code: 'WRONG', message: 'It differs.' } })
    await stream.say({ type: 'cancel', index: 2 })
    await stream.hear('voucher-stored')
    const next = await requestor.open(terms)
    expect((await next.hear('opened')).unsettled).toEqual([2])
  })

  it('goes on after a restart: agreements, deliveries, vouchers and used indices are there', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const { stream, terms, inputs } = await requestor.hired()
    for (const index of [0, 1, 2]) {
      await stream.say(subtask(index, inputs))
      await stream.hear('delivered')
    }
    await stream.say({ type: 'accept', indices: [0], voucher: requestor.voucher(terms, 100n) })
    await stream.hear('voucher-stored')
    await stream.say(subtask(3, inputs, { method: 'wait' }))
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(4))
    await world.stop()
    expect(world.tool.alive).toBe(0)
    expect(world.provider.status().state).toBe('off')
    await world.start()
    expect(world.provider.earnings()).toEqual({ owedToMeWei: 100n, earnedWei: 100n })

    const next = await requestor.open(terms)
    // The third was computing, and is forgotten: its requestor sees that, and may ask for it again.
    expect((await next.hear('opened')).unsettled).toEqual([1, 2])
    const { batch } = await next.hear('delivered-many')
    expect(batch.deliveries.map(({ index }) => index)).toEqual([1, 2])
    expect(isBatchSignedBy(terms.provider, domainOf(terms.settlement), batch)).toBe(true)
    expect(await requestor.text(batch.deliveries[0]?.outputs ?? inputs)).toBe('golem frame 1')
    await next.say({ type: 'accept', indices: [1, 2], voucher: requestor.voucher(terms, 300n) })
    expect((await next.hear('voucher-stored')).amountWei).toBe(300n)
    await next.say(subtask(0, inputs))
    expect((await next.hear('refused')).reason.code).toBe('INDEX_USED')
    await next.say(subtask(3, inputs))
    expect((await next.hear('delivered')).delivery.index).toBe(3)
  })

  it('stops cleanly in mid-work, and leaves neither programs nor folders', async () => {
    const world = await makeWorld({ cores: 2 })
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired()
    for (const index of [0, 1, 2]) await stream.say(subtask(index, inputs, { method: 'wait' }))
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(2))
    await world.provider.stop()
    await stream.ended
    expect(world.tool.alive).toBe(0)
    expect([...world.disk.keys()].filter((path) => path.startsWith('/provider/programs/'))).toEqual([])
    world.directory.stop()
    await settle()
    expect(world.clock.sleepers()).toBe(0)
    await expect(requestor.publish(requestor.demandBody())).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
    expect(requestor.offers.size).toBe(1)
  })
})

describe('peers that break the rules', () => {
  it.each<[string, string, Uint8Array]>([
    ['MESSAGE_INVALID', 'is no JSON', new TextEncoder().encode('{')],
    ['MESSAGE_INVALID', 'is no text', Uint8Array.of(0xff, 0xfe)],
    ['MESSAGE_INVALID', 'has an unknown field', new TextEncoder().encode('{"type":"finish","now":true}')],
    ['MESSAGE_UNEXPECTED', 'comes before "open"', new TextEncoder().encode('{"type":"finish"}')],
  ])('%s: a message that %s ends the stream', async (code, _, bytes) => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const stream = await requestor.stream()
    await stream.sayRaw(bytes)
    expect((await stream.hear('declined')).reason.code).toBe(code)
    await stream.ended
    await requestor.publish(requestor.demandBody())
    await settle()
    expect(requestor.offers.size).toBe(0)
  })

  it('ends a stream on which nothing is said', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const stream = await requestor.stream()
    await world.clock.advance(11_000)
    await stream.ended
  })

  it('ends the stream of one that gives an index twice for different work', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired()
    await stream.say(subtask(0, inputs, { method: 'wait' }))
    await stream.say(subtask(0, inputs, { method: 'wait' }))
    await stream.say(subtask(0, inputs))
    expect((await stream.hear('declined')).reason.code).toBe('INDEX_USED')
  })

  it('holds no more requests than its limits, however many are sent', async () => {
    const world = await makeWorld({ unpaidLimitWei: 100_000n })
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired(
      { unpaidLimitWei: 100_000n, capWei: 100_000n },
      { capWei: 100_000n },
    )
    await stream.say(subtask(0, inputs, { method: 'wait' }))
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(1))
    for (let index = 1; index <= 513; index++) await stream.say(subtask(index, inputs))
    expect(await stream.hear('refused')).toMatchObject({ index: 513, reason: { code: 'QUEUE_FULL' } })
    await stream.say(subtask(514, inputs, { params: { much: 'x'.repeat(70_000) } }))
    expect(await stream.hear('refused')).toMatchObject({ index: 514, reason: { code: 'REQUEST_TOO_LARGE' } })
  })
})

describe('programs', () => {
  it('says why it cannot start, and starts nothing else', async () => {
    const world = await makeWorld()
    await world.stop()
    world.manifest.command[0] = 'missing'
    await expect(world.start()).rejects.toMatchObject({ code: 'SANDBOX_START_FAILED' })
    expect(world.provider.status()).toMatchObject({ state: 'failed', reason: 'There is no program missing.' })
  })

  it('stays silent while no program starts, and mends itself', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired()
    world.manifest.command[0] = 'missing'
    await stream.say(subtask(0, inputs, { method: 'crash' }))
    await stream.hear('failed')
    await vi.waitFor(() => expect(world.provider.status().state).toBe('failed'))
    await requestor.publish(requestor.demandBody())
    await settle()
    expect(requestor.offers.size).toBe(1)
    world.manifest.command[0] = 'tool'
    await world.clock.advance(31_000)
    expect(world.provider.status().state).toBe('idle')
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered')
  })
})

describe('places', () => {
  it('holds none for a requestor that never locks money', async () => {
    const world = await makeWorld({ graceMs: 60_000 })
    const requestor = await makeRequestor(world)
    const terms = requestor.terms(await requestor.offer())
    const stream = await requestor.open(terms)
    await stream.hear('opened')
    await world.clock.advance(50_000)
    expect(world.provider.status().activities).toHaveLength(1)
    await world.clock.advance(20_000)
    await stream.ended
    expect(world.provider.status().activities).toEqual([])
  })

  it('has eight for one requestor', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const codes = []
    for (let count = 0; count < 9; count++) {
      const stream = await requestor.open(requestor.terms(await requestor.offer()))
      await vi.waitFor(() => expect(stream.heard()).toHaveLength(1))
      const [answer] = stream.heard()
      codes.push(answer?.type === 'declined' ? answer.reason.code : answer?.type)
    }
    expect(codes).toEqual([...Array.from({ length: 8 }, () => 'opened'), 'AGREEMENTS_FULL'])
  })
})
