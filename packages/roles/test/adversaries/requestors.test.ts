import { drawChain } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { makeRequestor, makeWorld, subtask } from '../provider/world.ts'

// Strategies of requestors against the real provider. What each gets for nothing is at most the unpaid limit for each key, or
// two subtasks: one that is left behind may be bad luck.

const chain = drawChain(new Uint8Array(32).fill(9), 16)
async function hired() {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  return { world, requestor, ...(await requestor.hired({}, { chain })) }
}

describe('requestors that cheat', () => {
  it('not paying ends at one unpaid limit, by however many agreements, is written down, and is not served again', async () => {
    const { world, requestor, stream, inputs } = await hired()
    const second = await requestor.hired({}, { chain })
    for (const index of [0, 1, 2]) {
      await stream.say(subtask(index, inputs))
      await stream.hear('delivered-many')
      await stream.say({ type: 'reveal', draw: index, value: chain.valueOf(index) })
    }
    for (const each of [stream, second.stream]) {
      await each.say(subtask(3, inputs))
      expect((await each.hear('refused')).reason.code).toBe('UNPAID_LIMIT')
    }
    await stream.say({ type: 'finish' })
    await stream.ended
    const facts = world.book.facts(requestor.signer.address).map(({ body }) => [body.kind, body.count])
    expect(facts).toEqual([['unpaid', 3]])
    await second.stream.say(subtask(3, inputs))
    expect((await second.stream.hear('refused')).reason.code).toBe('NOT_TRUSTED')
    await requestor.publish(requestor.demandBody())
    await expect.poll(() => world.logs.map(({ fields }) => JSON.stringify(fields)).join()).toContain('is expected')
    expect(world.provider.earnings().earnedWei).toBe(0n)
  })

  it('rejecting good work without evidence gets no more of it', async () => {
    const { world, requestor, stream, inputs } = await hired()
    for (const index of [0, 1]) {
      await stream.say(subtask(index, inputs))
      await stream.hear('delivered-many')
      await stream.say({ type: 'reveal', draw: index, value: chain.valueOf(index) })
      await stream.say({ type: 'reject', index, reason: { code: 'BAD', message: 'It does not please.' } })
    }
    await stream.say(subtask(2, inputs))
    expect((await stream.hear('refused')).reason.code).toBe('NOT_TRUSTED')
    expect(world.book.facts(requestor.signer.address)[0]?.body).toMatchObject({ kind: 'unpaid', count: 2 })
  })

  it('biased randomness shows at once: another value than was promised ends the agreement', async () => {
    const { stream, inputs } = await hired()
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered-many')
    await stream.say({ type: 'reveal', draw: 0, value: chain.valueOf(3) })
    expect((await stream.hear('declined')).reason.code).toBe('REVEAL_WRONG')
  })

  it('revealing only what pleases lets the provider pause', async () => {
    const { world, stream, inputs } = await hired()
    await stream.say(subtask(0, inputs))
    await stream.hear('delivered-many')
    await world.clock.advance(61_000)
    await stream.say(subtask(1, inputs))
    expect((await stream.hear('refused')).reason.code).toBe('REVEAL_LATE')
  })

  it('the same voucher again pays nothing', async () => {
    const { world, requestor, stream, inputs, terms } = await hired()
    const voucher = requestor.voucher(terms, 100n)
    for (const index of [0, 1]) {
      await stream.say(subtask(index, inputs))
      await stream.hear('delivered-many')
      await stream.say({ type: 'accept', indices: [index], voucher })
    }
    expect((await stream.hear('declined')).reason.code).toMatch(/^VOUCHER/)
    expect(world.provider.earnings().earnedWei).toBe(100n)
  })

  it('more work than money is refused', async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const { stream, inputs } = await requestor.hired({}, { chain, capWei: 100n })
    for (const index of [0, 1]) await stream.say(subtask(index, inputs))
    expect(await stream.hear('refused')).toMatchObject({ index: 1 })
  })
})
