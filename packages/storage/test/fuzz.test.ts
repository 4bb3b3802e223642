import { FUZZ_TIMEOUT_MS, fuzz } from '@golem/ports/compliance'
import { memoryGrid } from '@golem/ports/memory'
import { asAddress, type Cid, GolemError } from '@golem/protocol'
import type { Connection, Stream, StreamHandler } from '@libp2p/interface'
import { lpStream, streamPair } from '@libp2p/utils'
import { CID } from 'multiformats/cid'
import { writer } from 'protons-runtime'
import { expect, it } from 'vitest'
import { decodeWants } from '../src/bitswap/messages.ts'
import { serveBitswap } from '../src/bitswap/serve-bitswap.ts'
import { boundedBlocks, createContent, createPins, memoryMedium } from '../src/index.ts'
import {
  CONTENT_PROTOCOL,
  decodeAnswer,
  decodeWant,
  encodeAnswer,
  encodeWant,
  MAX_WANT_BYTES,
} from '../src/transfer/messages.ts'
import { forge, mapBlocks } from './map-blocks.ts'

const FILE = new Uint8Array(10_000).fill(7)
const maxBytes = 1e6

/** Two peers with nothing on any disk. */
function place() {
  const grid = memoryGrid()
  const join = (letter: string) => grid.join({ address: asAddress(`0x${letter.repeat(40)}`) })
  const contentOn = (network: ReturnType<typeof join>) =>
    createContent({
      network,
      pins: createPins(),
      openBlocks: (pinned) => boundedBlocks({ medium: memoryMedium(), pinned }, { maxBytes: 1e7 }),
    })
  return { join, contentOn }
}

const addFile = async (content: ReturnType<ReturnType<typeof place>['contentOn']>) => {
  const { cid } = await content.addBytes(FILE)
  return cid
}

it(
  'whoever has content bears what it is asked for, and answers honest questions all the same',
  async () => {
    const { join, contentOn } = place()
    const [network, stranger] = [join('a'), join('b')]
    const content = contentOn(network)
    const cid = await addFile(content)
    const wanted = CID.parse(cid)
    const other = CID.parse((await content.addBytes(new Uint8Array([1]))).cid)
    await fuzz([encodeWant([wanted]), encodeWant([wanted, other])], async (message) => {
      const channel = await stranger.open(network.contact(), CONTENT_PROTOCOL, { maxMessageBytes: 1e7 })
      await channel.send(message.subarray(0, MAX_WANT_BYTES)).catch(() => {})
      await channel.close()
      try {
        for await (const answer of channel.messages) expect(answer.length).toBeLessThanOrEqual(FILE.length + 1_000)
      } catch (error) {
        expect(error).toBeInstanceOf(GolemError)
      }
    })
    const reader = contentOn(stranger)
    await reader.fetch(cid, { from: [network.contact()], maxBytes })
    expect(await reader.readFile(cid, { maxBytes })).toEqual(FILE)
    await Promise.all([content.stop(), reader.stop()])
  },
  FUZZ_TIMEOUT_MS,
)

it(
  'whoever fetches takes nothing false from whoever answers',
  async () => {
    const { join, contentOn } = place()
    const [network, liar] = [join('a'), join('b')]
    const cid: Cid = await addFile(contentOn(join('c')))
    const wanted = CID.parse(cid)
    const honest = encodeAnswer({ type: 'block', cid: wanted, bytes: FILE })
    const samples = [honest, encodeAnswer({ type: 'missing', cid: wanted }), encodeAnswer({ type: 'done' })]
    let answers: Uint8Array[] = []
    liar.handle(CONTENT_PROTOCOL, { maxMessageBytes: MAX_WANT_BYTES }, async (channel) => {
      for await (const message of channel.messages) {
        expect(decodeWant(message)).not.toBeNull()
        for (const answer of answers) await channel.send(answer).catch(() => {})
        return
      }
    })
    const content = contentOn(network)
    await fuzz(samples, async (message, { below }) => {
      // true or not, it is waited for
      if (decodeAnswer(message)?.type === 'busy') return
      answers = below(2) === 0 ? [message] : [message, encodeAnswer({ type: 'done' })]
      await content.fetch(cid, { from: [liar.contact()], maxBytes }).catch((error: unknown) => {
        expect(error).toBeInstanceOf(GolemError)
      })
      if (!(await content.has(cid))) return
      expect(await content.readFile(cid, { maxBytes })).toEqual(FILE)
      await content.collectGarbage()
    })
    await content.stop()
  },
  FUZZ_TIMEOUT_MS,
)

/** A list of what somebody wants, as Bitswap has it. */
function wantlist(cids: readonly CID[]): Uint8Array {
  const message = writer()
  message.uint32(10).fork()
  for (const cid of cids) message.uint32(10).fork().uint32(10).bytes(cid.bytes).uint32(40).bool(true).ldelim()
  return message.uint32(16).bool(true).ldelim().finish()
}

it(
  'whoever speaks Bitswap bears what it is asked for, and answers honest questions all the same',
  async () => {
    const blocks = mapBlocks()
    const make = forge(blocks)
    const cids = [await make.leaf('one'), await make.leaf('two')]
    let handler: StreamHandler = () => {}
    const libp2p = {
      handle: async (_: string | string[], given: StreamHandler) => {
        handler = given
      },
      unhandle: async () => {},
    }
    const stop = await serveBitswap({ libp2p, blocks })
    let answered = 0
    const connection = {
      remotePeer: 'peer',
      newStream: async () => {
        const [ours, theirs] = await streamPair()
        theirs.addEventListener('message', () => {
          answered++
        })
        return ours
      },
    } as unknown as Connection
    let stream: Stream | null = null
    const say = async (message: Uint8Array) => {
      if (stream?.status !== 'open') {
        const [ours, theirs] = await streamPair()
        stream = ours
        void handler(theirs, connection)
      }
      await lpStream(stream).write(message)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const samples = [wantlist(cids), wantlist(cids.slice(1))]
    await fuzz(samples, async (message) => {
      const read = decodeWants(message, { maxWants: 100 })
      expect(read?.wants.length ?? 0).toBeLessThanOrEqual(100)
      await say(message)
    })
    const before = answered
    await expect
      .poll(
        async () => {
          await say(wantlist(cids))
          return answered
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(before)
    stream = null
    await stop()
  },
  FUZZ_TIMEOUT_MS,
)
