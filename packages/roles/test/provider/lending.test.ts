import { HANDED_BACK, NOT_LENDING, type ProviderMessage } from '@golem/protocol'
import { describe, expect, it, vi } from 'vitest'
import type { Permit } from '../../src/index.ts'
import { HOUR_UNITS, makeRequestor, makeWorld, subtask } from './world.ts'

const permit = (gate: Permit['gate'], thawsAtMs: number | null = null): Permit => ({
  gate,
  reason: `It is ${gate}.`,
  thawsAtMs,
})
/** A subtask of a minute, by a program that answers when told. */
const waits = (index: number, inputs: Parameters<typeof subtask>[1]) =>
  subtask(index, inputs, { method: 'wait', units: HOUR_UNITS / 60 })
const handedBack = (index: number): object => ({ type: 'failed', index, reason: { code: HANDED_BACK } })

/** A provider with one core and two subtasks: one runs, one waits. */
async function atWork() {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const { stream, inputs, terms } = await requestor.hired()
  await stream.say(waits(0, inputs))
  await vi.waitFor(() => expect(world.tool.served).toHaveLength(1))
  await stream.say(waits(1, inputs))
  await vi.waitFor(() => expect(world.provider.status().activities[0]?.running).toBe(1))
  return { world, requestor, stream, inputs, terms }
}
const failures = (heard: ProviderMessage[]) => heard.filter(({ type }) => type === 'failed')

describe('a machine that its owner needs', () => {
  it('goes on with what runs, gives back what waits, and takes nothing more', async () => {
    const { world, requestor, stream, inputs } = await atWork()
    await world.provider.lend(permit('closed'))
    expect(await stream.hear('lending')).toEqual({ type: 'lending', lending: 'closed' })
    expect(await stream.hear('failed')).toMatchObject(handedBack(1))
    await stream.say(waits(2, inputs))
    expect(await stream.hear('refused')).toMatchObject({ index: 2, reason: { code: NOT_LENDING } })
    expect(world.provider.status()).toMatchObject({ state: 'working' })
    world.tool.open('frame 0')
    expect((await stream.hear('delivered')).delivery.index).toBe(0)
    expect(world.provider.status()).toMatchObject({ state: 'paused', reason: 'It is closed.' })

    // No demand is answered, and no offer that was made before is honoured.
    const body = requestor.demandBody()
    await requestor.publish(body)
    await world.clock.advance(1_000)
    expect(requestor.offers.has(body.id)).toBe(false)

    await world.provider.lend(permit('open'))
    expect(await stream.hear('lending')).toEqual({ type: 'lending', lending: 'open' })
    await stream.say(subtask(3, inputs))
    expect((await stream.hear('delivered')).delivery.index).toBe(3)
  })

  it('declines an agreement over an offer that it made while it was open', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const offer = await requestor.offer()
    await world.provider.lend(permit('closed'))
    const stream = await requestor.open(requestor.terms(offer))
    expect(await stream.hear('declined')).toMatchObject({ reason: { code: NOT_LENDING } })
  })

  it('lets what runs stand still, and does not hold that time against it', async () => {
    const { world, stream } = await atWork()
    await world.provider.lend(permit('frozen'))
    expect(await stream.hear('lending')).toEqual({ type: 'lending', lending: 'frozen' })
    expect(await stream.hear('failed')).toMatchObject(handedBack(1))
    expect(world.provider.status()).toMatchObject({ state: 'paused', reason: 'It is frozen.' })
    world.tool.open('frame 0')
    await world.clock.advance(50_000)
    expect(stream.heard().filter(({ type }) => type === 'delivered')).toEqual([])
    await world.provider.lend(permit('open'))
    const { usage } = await stream.hear('delivered')
    expect(usage.wallMs).toBeLessThan(40_000)
  })

  it('hears also while it stands still that others are asked', async () => {
    const { world, stream } = await atWork()
    await world.provider.lend(permit('frozen'))
    await stream.say({ type: 'share', index: 0 })
    world.tool.open('frame 0')
    await world.provider.lend(permit('open'))
    expect(await stream.hear('ready')).toEqual({ type: 'ready', indices: [0] })
  })

  it('gives back what has stood still for longer than it takes to do it anew', async () => {
    const { world, stream } = await atWork()
    await world.provider.lend(permit('frozen'))
    await stream.hear('failed')
    await world.clock.advance(58_000)
    expect(failures(stream.heard())).toEqual([])
    await world.clock.advance(4_000)
    expect(await stream.hear('failed')).toMatchObject(handedBack(0))
    expect(world.provider.status().activities[0]?.running).toBe(0)
  })

  it('gives back at once what will stand still for too long, or would come too late', async () => {
    const long = await atWork()
    await long.world.provider.lend(permit('frozen', long.world.clock.now() + 3_600_000))
    const given = [await long.stream.hear('failed'), await long.stream.hear('failed')]
    expect(new Set(given.map(({ index }) => index))).toEqual(new Set([0, 1]))

    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired({ deadlineMs: world.clock.now() + 170_000 })
    await stream.say(waits(0, inputs))
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(1))
    await world.provider.lend(permit('frozen'))
    expect(await stream.hear('failed')).toMatchObject(handedBack(0))
  })

  it('gives everything back when lending is switched off, ends its programs, and is still paid for what it did', async () => {
    const { world, requestor, stream, inputs, terms } = await atWork()
    world.tool.open('frame 0')
    await stream.hear('delivered')
    await stream.say(waits(2, inputs))
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(2))
    await world.provider.lend(permit('off'))
    expect(world.provider.status()).toMatchObject({ state: 'off', reason: 'It is off.' })
    expect(world.tool.alive).toBe(0)
    expect(await stream.hear('lending')).toEqual({ type: 'lending', lending: 'closed' })
    await vi.waitFor(() => expect(failures(stream.heard())).toHaveLength(2))
    await stream.say({ type: 'accept', indices: [0], voucher: requestor.voucher(terms, 100n / 60n + 1n) })
    await stream.hear('voucher-stored')
    await world.provider.lend(permit('open'))
    await vi.waitFor(() => expect(world.tool.alive).toBe(1))
  })

  it('is off when its last program has ended', async () => {
    const world = await makeWorld()
    const { stream, inputs } = await (await makeRequestor(world)).hired()
    await stream.say(subtask(0, inputs, { method: 'cling', params: { name: 'end' } }))
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(1))
    // It is let go of already, and not gone.
    await stream.say({ type: 'cancel', index: 0 })
    await vi.waitFor(() => expect(world.tool.clinging).toBe(1))
    let isOff = false
    const off = world.provider.lend(permit('off')).then(() => {
      isOff = true
    })
    await stream.hear('lending')
    await new Promise<void>((resolve) => setImmediate(resolve))
    expect(isOff).toBe(false)
    world.tool.open('end')
    await off
    expect(world.provider.status()).toMatchObject({ state: 'off' })
  })

  it('gives back what it has when it stops', async () => {
    const { world, stream } = await atWork()
    await world.provider.stop()
    await stream.ended
    expect(stream.heard()).toContainEqual({ type: 'lending', lending: 'closed' })
    expect(failures(stream.heard())).toMatchObject([handedBack(1), handedBack(0)])
  })

  it('says in every stream anew that it does not lend', async () => {
    const { world, requestor, stream, terms } = await atWork()
    await world.provider.lend(permit('closed'))
    stream.channel.abort()
    const again = await requestor.open(terms)
    await again.hear('opened')
    expect(await again.hear('lending')).toEqual({ type: 'lending', lending: 'closed' })
  })

  it('lends more or fewer cores, at another price, from now on', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired()
    for (const index of [0, 1, 2]) await stream.say(waits(index, inputs))
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(1))
    world.provider.change({ cores: 2, pricePerCoreHourWei: 50n })
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(2))
    expect(world.provider.status()).toMatchObject({ cores: 2, pricePerCoreHourWei: 50n })
    const other = await makeRequestor(world, 'other')
    expect((await other.offer()).body).toMatchObject({ cores: 2, pricePerCoreHourWei: 50n })
    world.provider.change({ cores: 1 })
    world.tool.open('frame 0')
    await stream.hear('delivered')
    // The third waits for the one core that is left.
    expect(world.tool.served).toHaveLength(2)
    world.tool.open('frame 1')
    await vi.waitFor(() => expect(world.tool.served).toHaveLength(3))
  })
})
