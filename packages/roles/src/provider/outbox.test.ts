import type { Channel } from '@golem/ports'
import { memoryClock, memoryGrid } from '@golem/ports/memory'
import { MESSAGE_LIMIT_BYTES, newPrivateKey, type ProviderMessage, signerFromKey } from '@golem/protocol'
import { expect, it } from 'vitest'
import { LIMITS } from './limits.ts'
import { createOutbox, type Outbox } from './outbox.ts'

/** The network holds a megabyte unread; a message of this size is a sixth of it. */
const large = (index: number): ProviderMessage => ({
  type: 'failed',
  index,
  reason: { code: 'X', message: 'x'.repeat(170_000) },
})

async function pair() {
  const clock = memoryClock()
  const grid = memoryGrid()
  const [near, far] = [1, 2].map(() => grid.join({ address: signerFromKey(newPrivateKey()).address }))
  if (!near || !far) throw new Error('two nodes')
  const opened = Promise.withResolvers<Outbox>()
  const over = Promise.withResolvers<void>()
  near.handle('/golem/test/1.0.0', { maxMessageBytes: MESSAGE_LIMIT_BYTES }, async (channel) => {
    opened.resolve(createOutbox(channel, clock))
    await over.promise
  })
  const reader = await far.open(near.contact(), '/golem/test/1.0.0', { maxMessageBytes: MESSAGE_LIMIT_BYTES })
  return { clock, outbox: await opened.promise, reader, over }
}

const read = async ({ messages }: Channel): Promise<number[]> => {
  const indices = []
  for await (const raw of messages) indices.push(JSON.parse(new TextDecoder().decode(raw)).index)
  return indices
}

it('says all that waits before it closes', async () => {
  const { outbox, reader } = await pair()
  const all = Array.from({ length: 12 }, (_, index) => index)
  for (const index of all) outbox.post(large(index))
  const closed = outbox.goodbye()
  expect(await read(reader)).toEqual(all)
  await closed
  outbox.end()
})

it('leaves hints out while anything waits', async () => {
  const { outbox, reader } = await pair()
  for (let index = 0; index < 8; index++) outbox.post(large(index))
  outbox.hint({ type: 'progress', index: 99, fraction: 0.5, note: '' })
  const closed = outbox.goodbye()
  expect(await read(reader)).not.toContain(99)
  await closed
})

it('cuts off a peer that does not take its last words', async () => {
  const { clock, outbox, reader } = await pair()
  for (let index = 0; index < 12; index++) outbox.post(large(index))
  const closed = outbox.goodbye()
  await clock.advance(1_000)
  await closed
  await expect(read(reader)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
})

it('breaks a stream off on which too much waits', async () => {
  const { outbox, reader } = await pair()
  for (let index = 0; index < 8; index++) outbox.post(large(index))
  for (let count = 0; count < LIMITS.outbox; count++) outbox.post({ type: 'heartbeat', running: [] })
  await expect(read(reader)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
})
