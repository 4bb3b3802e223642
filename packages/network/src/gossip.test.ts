import { GolemError } from '@golem/protocol'
import { afterEach, expect, it } from 'vitest'
import { addressOf, testGrid } from '../test/grid.ts'
import { GOSSIP_MESSAGE_BYTES, GOSSIP_PER_AUTHOR } from './limits.ts'

const grid = testGrid()
afterEach(() => grid.stop())

const TOPIC = '/golem/gossip-test/1.0.0'

/** Two connected nodes of which the first has heard of the second's subscription. */
async function neighbours(handler: (message: Uint8Array) => void) {
  const author = await grid.join()
  const reader = await grid.join()
  const ready = Promise.withResolvers<void>()
  reader.subscribe(TOPIC, (_, message) => (message.length === 0 ? ready.resolve() : handler(message)))
  await reader.connect(addressOf(author))
  const repeat = setInterval(() => void author.publish(TOPIC, new Uint8Array(0)), 50)
  await ready.promise
  clearInterval(repeat)
  return { author, reader }
}

it('reaches a neighbour at once, long before any mesh has formed', async () => {
  let arrived = Promise.withResolvers<void>()
  const { author } = await neighbours(() => arrived.resolve())
  const tookMs: number[] = []
  for (let round = 0; round < 5; round++) {
    arrived = Promise.withResolvers()
    const startedMs = performance.now()
    await author.publish(TOPIC, new Uint8Array(1_000))
    await arrived.promise
    tookMs.push(performance.now() - startedMs)
  }
  // the next heartbeat would take up to a second
  expect(Math.min(...tookMs)).toBeLessThan(200)
})

it('passes a message on to those who are no neighbours of its author, though it handles none itself', async () => {
  const middle = await grid.join({ relay: [TOPIC] })
  const alone = { targetPeers: 1 }
  const far = await grid.join(alone)
  const heard = Promise.withResolvers<string>()
  far.subscribe(TOPIC, (from) => heard.resolve(from.address))
  await far.connect(addressOf(middle))
  const author = await grid.join(alone)
  await author.connect(addressOf(middle))
  const repeat = setInterval(() => void author.publish(TOPIC, new Uint8Array(1)), 50)
  expect(await heard.promise).toBe(author.self.address)
  expect(far.peers()).toEqual([middle.self])
  clearInterval(repeat)
})

it('hands over no more of one author than the rate allows', async () => {
  let handed = 0
  const last = Promise.withResolvers<void>()
  const { author, reader } = await neighbours((message) => {
    handed += 1
    if (message.length === 2) last.resolve()
  })
  const sent = 3 * GOSSIP_PER_AUTHOR.burst
  for (let count = 0; count < sent; count++) await author.publish(TOPIC, new Uint8Array(1))
  // another author is heard all the same, behind everything the first one said
  const other = await grid.join()
  await other.connect(addressOf(reader))
  const repeat = setInterval(() => void other.publish(TOPIC, new Uint8Array(2)), 100)
  await last.promise
  clearInterval(repeat)
  expect(handed).toBeGreaterThanOrEqual(GOSSIP_PER_AUTHOR.burst / 2)
  expect(handed).toBeLessThan(sent - GOSSIP_PER_AUTHOR.burst / 2)
})

it('refuses to gossip a message beyond the limit', async () => {
  const node = await grid.join()
  await node.publish(TOPIC, new Uint8Array(GOSSIP_MESSAGE_BYTES))
  const error = await node.publish(TOPIC, new Uint8Array(GOSSIP_MESSAGE_BYTES + 1)).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(GolemError)
  expect((error as GolemError).code).toBe('MESSAGE_TOO_LARGE')
})
