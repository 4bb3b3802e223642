import { FUZZ_TIMEOUT_MS, fuzz } from '@golem/ports/compliance'
import { memoryGrid } from '@golem/ports/memory'
import { asAddress, GolemError } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { readTime } from './clock/watch-time.ts'
import { createFrameReader, END_FRAME, frameHeader } from './framing.ts'
import { answerStun } from './node/answer-stun.ts'
import { askPeers, PEERS_PROTOCOL } from './peer-exchange.ts'
import { decodeReachAnswer, decodeReachRequest, encodeReach } from './reach/reach-messages.ts'
import { decodeHopRequest, decodeStopStatus, encodeHopStatus, encodeStopConnect } from './relay/relay-messages.ts'

const text = (value: string) => new TextEncoder().encode(value)
const hex = (value: string) => Uint8Array.from(Buffer.from(value, 'hex'))
const ADDRESS = '/ip4/5.6.7.8/tcp/4001'
const PEER = '16Uiu2HAkx25VijkTZqr3tm538kaSGVvqVLkehSbLgweXGbhmMvg6'

/** Errors that say what to do with the peer are the handlers' answer; every other one is a defect. */
const orRefused = (read: (message: Uint8Array) => unknown) => (message: Uint8Array) => {
  try {
    read(message)
  } catch (error) {
    if (!(error instanceof GolemError) || error.peerPolicy === undefined) throw error
  }
}

describe('whatever a peer sends, nothing but a refusal comes of it', () => {
  it.each<[string, Uint8Array[], (message: Uint8Array) => unknown]>([
    ['a request to dial back', [encodeReach({ addresses: [ADDRESS, `${ADDRESS}/ws`] })], decodeReachRequest],
    [
      'an answer about addresses',
      [encodeReach({ seen: '5.6.7.8', tries: [{ address: ADDRESS, reached: false, why: 'it did not answer' }] })],
      decodeReachAnswer,
    ],
    ['the time', [text('1760000000000')], readTime],
    ['a request to relay', [hex('0800'), hex('080112050a03010203')], decodeHopRequest],
    ['an answer to a relay', [encodeStopConnect(hex('0102')), encodeHopStatus(100)], decodeStopStatus],
    [
      'a STUN request',
      [hex('000100002112a442b7e7a701bc34d686fa87dfae')],
      (message) => {
        const answer = answerStun(message, { address: '5.6.7.8', port: 9 })
        expect(answer?.length ?? 0).toBeLessThanOrEqual(message.length + 12)
      },
    ],
  ])('%s', (_, samples, read) => fuzz(samples, orRefused(read)), FUZZ_TIMEOUT_MS)

  it(
    'frames, cut anywhere',
    async () => {
      const message = new Uint8Array(300).fill(7)
      const sample = Uint8Array.from([...frameHeader(0), ...frameHeader(300), ...message, ...END_FRAME])
      await fuzz([sample, sample.subarray(0, 200)], (bytes, { below }) =>
        orRefused(() => {
          const reader = createFrameReader({ maxMessageBytes: 1_000 })
          for (let at = 0; at < bytes.length; ) {
            const end = at + 1 + below(bytes.length)
            reader.read(bytes.subarray(at, end), (each) => expect(each.length).toBeLessThanOrEqual(1_000))
            at = end
          }
        })(bytes),
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'whom a peer says it knows',
    async () => {
      const grid = memoryGrid()
      const asker = grid.join({ address: asAddress(`0x${'a'.repeat(40)}`) })
      const liar = grid.join({ address: asAddress(`0x${'b'.repeat(40)}`) })
      let answer = new Uint8Array()
      liar.handle(PEERS_PROTOCOL, { maxMessageBytes: 1e6 }, (channel) => channel.send(answer))
      const { signal } = new AbortController()
      const sample = text(JSON.stringify([{ peerId: PEER, addresses: [ADDRESS] }]))
      await fuzz([sample], async (message) => {
        answer = Uint8Array.from(message)
        try {
          const peers = await askPeers(asker, liar.self, signal)
          expect(peers.length).toBeLessThanOrEqual(32)
        } catch (error) {
          expect(error).toBeInstanceOf(GolemError)
        }
      })
    },
    FUZZ_TIMEOUT_MS,
  )
})
