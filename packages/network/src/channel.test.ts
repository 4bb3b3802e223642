import type { Network } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import type { Libp2p, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addressOf, testGrid } from '../test/grid.ts'
import { rawNode } from '../test/raw-node.ts'
import { END_FRAME, frameHeader } from './framing.ts'
import { MAX_STREAMS_PER_PROTOCOL, STREAM_WINDOW_BYTES } from './limits.ts'

const PROTOCOL = '/golem/channel-test/1.0.0'
const options = { maxMessageBytes: 1_000 }

const grid = testGrid()
let node: Network
let stranger: Libp2p
beforeEach(async () => {
  node = await grid.join()
  stranger = await rawNode('secp256k1')
})
afterEach(async () => {
  await stranger.stop()
  await grid.stop()
})

const framed = (message: Uint8Array) => Uint8Array.from([...frameHeader(message.length), ...message])
const hello = framed(new TextEncoder().encode('hello'))

/** What a handler of ours reads from a stream on which a stranger acts. */
async function readFrom(act: (stream: Stream) => Promise<void>): Promise<string[]> {
  const outcome = Promise.withResolvers<string[]>()
  node.handle(PROTOCOL, options, async (channel) => {
    const seen: string[] = []
    try {
      for await (const message of channel.messages) seen.push(new TextDecoder().decode(message))
      seen.push('end')
    } catch (error) {
      seen.push(error instanceof GolemError ? error.code : String(error))
    }
    outcome.resolve(seen)
  })
  const stream = await stranger.dialProtocol(multiaddr(addressOf(node)), PROTOCOL)
  await act(stream)
  return await outcome.promise
}

describe('a stranger on a stream', () => {
  it('ends it by an end frame', async () => {
    const seen = await readFrom(async (stream) => {
      stream.send(Uint8Array.from([...hello, ...END_FRAME]))
      await stream.close()
    })
    expect(seen).toEqual(['hello', 'end'])
  })

  it.each<[string, (stream: Stream) => Promise<void>]>([
    [
      'closes it without an end frame',
      async (stream) => {
        stream.send(hello)
        await stream.close()
      },
    ],
    [
      'closes it in the middle of a message',
      async (stream) => {
        stream.send(Uint8Array.from([...hello, ...hello.subarray(0, 3)]))
        await stream.close()
      },
    ],
    [
      'drops the connection',
      async (stream) => {
        stream.send(hello)
        await stranger.stop()
      },
    ],
    [
      'announces a message beyond the limit',
      async (stream) => void stream.send(Uint8Array.from([...hello, ...frameHeader(1_001)])),
    ],
    [
      'sends a header without end',
      async (stream) => void stream.send(Uint8Array.from([...hello, ...new Uint8Array(6).fill(0xff)])),
    ],
  ])('is never taken to have ended it when it %s', async (how, act) => {
    const seen = await readFrom(act)
    expect(seen.at(-1)).toBe('CHANNEL_CLOSED')
    // what was lost with the connection was never read; nothing else may be missing
    if (how !== 'drops the connection') expect(seen).toEqual(['hello', 'CHANNEL_CLOSED'])
  })

  it('cannot make a reader that stands still, twice, hold more than a window and its queue', async () => {
    const total = 5 * STREAM_WINDOW_BYTES
    const go = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const received = Promise.withResolvers<number>()
    node.handle(PROTOCOL, options, async (channel) => {
      await go.promise
      let count = 0
      for await (const _ of channel.messages) {
        count += 1
        if (count === 2_000) await goOn.promise
      }
      received.resolve(count)
    })
    const stream = await stranger.dialProtocol(multiaddr(addressOf(node)), PROTOCOL)
    const message = framed(new Uint8Array(998))
    const count = Math.ceil(total / message.length)
    const sent = new Uint8Array(message.length * count)
    for (let at = 0; at < sent.length; at += message.length) sent.set(message, at)
    stream.send(sent)
    stream.send(END_FRAME)
    /** What is unsent once nothing moves any more. */
    const unsent = async (): Promise<number> => {
      let before = -1
      const isStill = (): boolean => {
        const same = stream.writeBufferLength === before
        before = stream.writeBufferLength
        return same
      }
      await expect.poll(isStill, { interval: 250, timeout: 5_000 }).toBe(true)
      return before
    }
    expect(await unsent()).toBeGreaterThan(total - 2 * STREAM_WINDOW_BYTES)
    go.resolve()
    expect(await unsent()).toBeGreaterThan(total - 4 * STREAM_WINDOW_BYTES)
    goOn.resolve()
    expect(await received.promise).toBe(count)
  })

  it('may open many streams the moment that it is connected', async () => {
    node.handle(PROTOCOL, options, async (channel) => {
      for await (const _ of channel.messages);
    })
    const connection = await stranger.dial(multiaddr(addressOf(node)))
    const settings = { maxOutboundStreams: 1_000 }
    const streams = await Promise.all(
      Array.from({ length: MAX_STREAMS_PER_PROTOCOL }, () => connection.newStream(PROTOCOL, settings)),
    )
    expect(new Set(streams.map((stream) => stream.status))).toEqual(new Set(['open']))
  })

  it('gets no more streams of one protocol than its share', async () => {
    const release = Promise.withResolvers<void>()
    let served = 0
    node.handle(PROTOCOL, options, async () => {
      served += 1
      await release.promise
    })
    const connection = await stranger.dial(multiaddr(addressOf(node)))
    const settings = { maxOutboundStreams: 1_000 }
    const streams: Stream[] = []
    for (let count = 0; count < MAX_STREAMS_PER_PROTOCOL + 8; count++) {
      streams.push(await connection.newStream(PROTOCOL, settings))
    }
    // each refused one is closed at once; the others stay open until the handler returns
    await expect.poll(() => streams.filter((stream) => stream.status !== 'open').length).toBe(8)
    expect(served).toBe(MAX_STREAMS_PER_PROTOCOL)
    release.resolve()
  })
})

it('lets nobody in whose key owns no address', async () => {
  const other = await rawNode('Ed25519')
  await other.dial(multiaddr(addressOf(node))).catch(() => {})
  const theirs = other.getMultiaddrs()[0]?.toString() ?? ''
  await expect(node.connect(theirs)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
  expect(node.peers()).toEqual([])
  await other.stop()
})
