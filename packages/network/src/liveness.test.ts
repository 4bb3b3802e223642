import { afterEach, expect, it } from 'vitest'
import { freePort } from '../test/free-port.ts'
import { testGrid } from '../test/grid.ts'
import { slowLink } from '../test/slow-link.ts'

const grid = testGrid()
afterEach(() => grid.stop())

const MESSAGES = 6
const options = { maxMessageBytes: 1024 * 1024 }

it('gives up a peer that vanished without a word', async () => {
  const port = await freePort()
  const far = await grid.join({ listen: [`/ip4/127.0.0.1/tcp/${port}`] })
  const link = await slowLink({ port }, { bytesPerTick: 1_000_000 })
  const near = await grid.join({ listen: [], liveness: { everyMs: 50, silentMs: 100, answerMs: 300 } })
  await near.connect(`/ip4/127.0.0.1/tcp/${link.port}/p2p/${far.self.peerId}`)
  far.handle('/golem/silent/1.0.0', options, async (channel) => {
    for await (const _ of channel.messages);
  })
  const channel = await near.open(far.contact(), '/golem/silent/1.0.0', options)
  // longer than it may be silent: the probes are answered
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(near.peers()).toEqual([far.self])
  link.freeze()
  const reading = (async () => {
    for await (const _ of channel.messages);
  })()
  await expect(reading).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
  expect(near.peers()).toEqual([])
  await link.stop()
})

it('keeps a slow link on which something moves, though its probes are late', async () => {
  const port = await freePort()
  const far = await grid.join({ listen: [`/ip4/127.0.0.1/tcp/${port}`] })
  // about 1 MB/s, so that a probe waits behind what is queued for longer than its answer may take
  const link = await slowLink({ port }, { bytesPerTick: 10_000 })
  const near = await grid.join({ listen: [], liveness: { everyMs: 20, silentMs: 0, answerMs: 2_500 } })
  await near.connect(`/ip4/127.0.0.1/tcp/${link.port}/p2p/${far.self.peerId}`)
  far.handle('/golem/slow/1.0.0', options, async (channel) => {
    let received = 0
    for await (const message of channel.messages) received += message.length
    await channel.send(new TextEncoder().encode(String(received)))
  })
  const channel = await near.open(far.contact(), '/golem/slow/1.0.0', options)
  for (let count = 0; count < MESSAGES; count++) await channel.send(new Uint8Array(options.maxMessageBytes))
  await channel.close()
  const answers: string[] = []
  for await (const message of channel.messages) answers.push(new TextDecoder().decode(message))
  expect(answers).toEqual([String(MESSAGES * options.maxMessageBytes)])
  await link.stop()
})
