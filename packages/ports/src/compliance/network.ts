import { GolemError, type PeerContact } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import type { Channel, Network } from '../network.ts'

/** A place where nodes of one grid live. `join` makes one that listens and knows nobody. */
export type NetworkPlace = { join(): Promise<Network>; remove(): Promise<void> }

const PROTOCOL = '/golem/compliance/1.0.0'
const TOPIC = '/golem/compliance-topic/1.0.0'
const MIB = 1024 * 1024
const options = { maxMessageBytes: 2 * MIB }
/** A machine may be busy with other tests. */
const PATIENCE = { timeout: 15_000 }

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (message: Uint8Array) => new TextDecoder().decode(message)
const codeOf = (error: unknown) => (error instanceof GolemError ? error.code : error)
const failing = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => codeOf(error),
  )

async function readAll(channel: Channel): Promise<Uint8Array[]> {
  const all: Uint8Array[] = []
  for await (const message of channel.messages) all.push(message)
  return all
}

/** What every `Network` does. */
export function networkCompliance(name: string, place: () => Promise<NetworkPlace>): void {
  /** Two nodes that are connected. */
  const pair = async (body: (a: Network, b: Network, place: NetworkPlace) => Promise<void>): Promise<void> => {
    const here = await place()
    try {
      const [a, b] = [await here.join(), await here.join()]
      await b.connect(addressOf(a))
      await body(a, b, here)
    } finally {
      await here.remove()
    }
  }
  const addressOf = (network: Network): string => network.contact().addresses[0] ?? 'no address'

  describe(`Network: ${name}`, () => {
    it('proves to both sides who the other is', () =>
      pair(async (a, b) => {
        expect(a.contact().peerId).toBe(a.self.peerId)
        expect(await b.connect(addressOf(a))).toEqual(a.self)
        const seen = Promise.withResolvers<unknown>()
        a.handle(PROTOCOL, options, async (channel) => seen.resolve(channel.peer))
        const channel = await b.open(a.contact(), PROTOCOL, options)
        expect(channel.peer).toEqual(a.self)
        expect(await seen.promise).toEqual(b.self)
        await expect.poll(() => [a.peers(), b.peers()], PATIENCE).toEqual([[b.self], [a.self]])
      }))

    it('says in one sentence that a peer is not there', () =>
      pair(async (a, b, here) => {
        const gone = await here.join()
        const contact: PeerContact = gone.contact()
        await gone.stop()
        for (const attempt of [
          () => a.connect(contact.addresses[0] ?? ''),
          () => a.connect('not an address'),
          () => a.open(contact, PROTOCOL, options),
          () => a.open(a.contact(), PROTOCOL, options),
          () => a.open(b.contact(), '/golem/never-handled/1.0.0', options),
        ]) {
          const error = await attempt().catch((caught: unknown) => caught)
          expect(error).toBeInstanceOf(GolemError)
          expect((error as GolemError).code).toBe('PEER_UNREACHABLE')
          expect((error as GolemError).sentence).toMatch(/cannot be reached: .+\. .+\.$/)
        }
      }))

    it('carries whole messages of any size in order, both ways', () =>
      pair(async (a, b) => {
        const sizes = [0, 1, 126, 127, 128, 16_383, 70_000, MIB, 0, 2 * MIB]
        a.handle(PROTOCOL, options, async (channel) => {
          for await (const message of channel.messages) await channel.send(message)
        })
        const channel = await b.open(a.contact(), PROTOCOL, options)
        const answers = readAll(channel)
        for (const [index, size] of sizes.entries()) await channel.send(new Uint8Array(size).fill(index + 1))
        await channel.close()
        const received = await answers
        expect(received.map((message) => message.length)).toEqual(sizes)
        expect(received.every((message, index) => message.every((byte) => byte === index + 1))).toBe(true)
      }))

    it('leaves what was sent untouched', () =>
      pair(async (a, b) => {
        a.handle(PROTOCOL, options, async (channel) => void (await readAll(channel)))
        const channel = await b.open(a.contact(), PROTOCOL, options)
        const message = new Uint8Array(100_000).fill(7)
        await channel.send(message)
        await channel.close()
        await readAll(channel)
        expect(message.every((byte) => byte === 7)).toBe(true)
      }))

    it('still reads after its own end was closed', () =>
      pair(async (a, b) => {
        a.handle(PROTOCOL, options, async (channel) => {
          const asked = await readAll(channel)
          await channel.send(bytes(`answer to ${asked.map(text).join()}`))
        })
        const channel = await b.open(a.contact(), PROTOCOL, options)
        await channel.send(bytes('question'))
        await channel.close()
        await channel.close()
        expect(await failing(channel.send(bytes('more')))).toBe('CHANNEL_CLOSED')
        expect((await readAll(channel)).map(text)).toEqual(['answer to question'])
      }))

    it('never takes a break for an end', () =>
      pair(async (a, b) => {
        const breaks: ((channel: Channel) => Promise<void>)[] = [
          async (channel) => channel.abort(),
          async () => {
            throw new Error('the handler failed')
          },
          () => a.stop(),
        ]
        for (const breakOff of breaks) {
          const received = Promise.withResolvers<void>()
          const stop = a.handle(PROTOCOL, options, async (channel) => {
            await channel.send(bytes('first'))
            await received.promise
            await breakOff(channel)
          })
          const channel = await b.open(a.contact(), PROTOCOL, options)
          const seen: string[] = []
          const reading = (async () => {
            for await (const message of channel.messages) {
              seen.push(text(message))
              received.resolve()
            }
          })()
          expect(await failing(reading)).toBe('CHANNEL_CLOSED')
          expect(seen).toEqual(['first'])
          expect(await failing(channel.send(bytes('more')))).toBe('CHANNEL_CLOSED')
          channel.abort()
          channel.abort()
          stop()
        }
      }))

    it('tells of a break that comes before anybody listened', () =>
      pair(async (a, b) => {
        a.handle(PROTOCOL, options, async (channel) => channel.abort())
        const channel = await b.open(a.contact(), PROTOCOL, options)
        await new Promise((resolve) => setTimeout(resolve, 20))
        expect(await failing(readAll(channel))).toBe('CHANNEL_CLOSED')
        expect(await failing(channel.send(bytes('more')))).toBe('CHANNEL_CLOSED')
      }))

    it('tells the other side of an abort', () =>
      pair(async (a, b) => {
        const outcome = Promise.withResolvers<unknown>()
        a.handle(PROTOCOL, options, async (channel) => {
          outcome.resolve(await failing(readAll(channel)))
        })
        const channel = await b.open(a.contact(), PROTOCOL, options)
        await channel.send(bytes('half'))
        channel.abort()
        expect(await failing(readAll(channel))).toBe('CHANNEL_CLOSED')
        expect(await outcome.promise).toBe('CHANNEL_CLOSED')
      }))

    it('breaks off at a message beyond the limit', () =>
      pair(async (a, b) => {
        const outcome = Promise.withResolvers<unknown>()
        a.handle(PROTOCOL, { maxMessageBytes: 1_000 }, async (channel) => {
          const seen: number[] = []
          const reading = (async () => {
            for await (const message of channel.messages) seen.push(message.length)
          })()
          outcome.resolve([await failing(reading), seen])
        })
        const channel = await b.open(a.contact(), PROTOCOL, options)
        await channel.send(new Uint8Array(1_000))
        await channel.send(new Uint8Array(1_001)).catch(() => {})
        expect(await outcome.promise).toEqual(['CHANNEL_CLOSED', [1_000]])
        expect(await failing(readAll(channel))).toBe('CHANNEL_CLOSED')
      }))

    it('holds a sender back while nobody reads', () =>
      pair(async (a, b) => {
        const total = 48
        const start = Promise.withResolvers<void>()
        const read = Promise.withResolvers<number>()
        a.handle(PROTOCOL, options, async (channel) => {
          await start.promise
          let received = 0
          for await (const message of channel.messages) received += message.length
          read.resolve(received)
        })
        const channel = await b.open(a.contact(), PROTOCOL, options)
        let sent = 0
        let progressed = 0
        const sending = (async () => {
          for (; sent < total; sent++) await channel.send(new Uint8Array(MIB))
          await channel.close()
        })()
        // until it makes no more progress
        await expect
          .poll(
            () => {
              const still = sent === progressed
              progressed = sent
              return still
            },
            { ...PATIENCE, interval: 200 },
          )
          .toBe(true)
        expect(sent).toBeLessThan(total / 2)
        start.resolve()
        await sending
        expect(await read.promise).toBe(total * MIB)
      }))

    it('lets a reader leave in the middle', () =>
      pair(async (a, b) => {
        a.handle(PROTOCOL, options, async (channel) => {
          for await (const message of channel.messages) {
            await channel.send(message)
            break
          }
        })
        const channel = await b.open(a.contact(), PROTOCOL, options)
        // far more than any buffer holds
        for (let count = 0; count < 24; count++) await channel.send(new Uint8Array(MIB))
        await channel.close()
        expect((await readAll(channel)).length).toBe(1)
      }))

    it('ends an answer when told to', () =>
      pair(async (a, b) => {
        const stop = a.handle(PROTOCOL, options, async () => {})
        expect(await readAll(await b.open(a.contact(), PROTOCOL, options))).toEqual([])
        stop()
        await expect.poll(() => failing(b.open(a.contact(), PROTOCOL, options)), PATIENCE).toBe('PEER_UNREACHABLE')
      }))

    it('lets an older minor version and a newer one talk, each knowing what was agreed on', () =>
      pair(async (a, b) => {
        const old = '/golem/compliance-versions/1.0.0'
        const newer = '/golem/compliance-versions/1.2.0'
        const answer = (network: Network, protocol: string) =>
          network.handle(protocol, options, (channel) => channel.send(bytes(channel.protocol)))
        const ask = async (from: Network, to: Network, protocol: string) => {
          const channel = await from.open(to.contact(), protocol, options)
          const [heard] = await readAll(channel)
          return [channel.protocol, text(heard ?? new Uint8Array())]
        }
        const stop = answer(a, newer)
        answer(b, old)
        expect(await ask(b, a, old)).toEqual([old, old])
        expect(await ask(a, b, newer)).toEqual([old, old])
        expect(await ask(b, a, newer)).toEqual([newer, newer])
        expect(await failing(ask(b, a, '/golem/compliance-versions/2.0.0'))).toBe('PEER_UNREACHABLE')
        stop()
        await expect.poll(() => failing(ask(b, a, old)), PATIENCE).toBe('PEER_UNREACHABLE')
      }))

    it('opens nothing once its signal is aborted', () =>
      pair(async (a, b) => {
        const reason = new Error('changed my mind')
        const signal = AbortSignal.abort(reason)
        await expect(b.open(a.contact(), PROTOCOL, { ...options, signal })).rejects.toBe(reason)
        await expect(b.connect(addressOf(a), { signal })).rejects.toBe(reason)
      }))

    it('gossips to everybody who subscribed, once, and says who wrote it', () =>
      pair(async (a, b, here) => {
        const c = await here.join()
        await c.connect(addressOf(a))
        const seen: string[] = []
        const note = (where: string) => (from: { address: string }, message: Uint8Array) =>
          seen.push(`${where} ${from.address} ${text(message)}`)
        a.subscribe(TOPIC, note('a'))
        b.subscribe(TOPIC, () => {
          throw new Error('the handler failed')
        })
        b.subscribe(TOPIC, note('b'))
        c.subscribe('/golem/another-topic/1.0.0', note('c'))
        const stopC = c.subscribe(TOPIC, note('c'))
        // subscriptions are told to the neighbours in the background
        let tries = 0
        const reached = () => new Set(seen.map((line) => line[0])).size
        await expect
          .poll(async () => {
            await a.publish(TOPIC, bytes(`try ${tries++}`))
            return reached()
          }, PATIENCE)
          .toBe(2)
        await a.publish(TOPIC, bytes('last'))
        const last = () => seen.filter((line) => line.endsWith('last')).sort()
        await expect.poll(last, PATIENCE).toEqual([`b ${a.self.address} last`, `c ${a.self.address} last`])
        stopC()
        await a.publish(TOPIC, bytes('after'))
        await expect.poll(() => seen.includes(`b ${a.self.address} after`), PATIENCE).toBe(true)
        expect(seen.filter((line) => line.startsWith('c') && line.endsWith('after'))).toEqual([])
        expect(new Set(seen).size).toBe(seen.length)
        expect(seen.filter((line) => line.startsWith('a'))).toEqual([])
      }))

    it('gossips into the void without complaint', async () => {
      const here = await place()
      const alone = await here.join()
      await alone.publish(TOPIC, bytes('anybody?'))
      await here.remove()
    })

    it('stops for good', () =>
      pair(async (a, b) => {
        a.handle(PROTOCOL, options, async (channel) => void (await readAll(channel)))
        const contact = a.contact()
        const channel = await b.open(contact, PROTOCOL, options)
        await b.stop()
        await b.stop()
        expect(await failing(readAll(channel))).toBe('CHANNEL_CLOSED')
        expect(await failing(b.open(contact, PROTOCOL, options))).toBe('PEER_UNREACHABLE')
        await expect.poll(() => a.peers(), PATIENCE).toEqual([])
      }))
  })
}
