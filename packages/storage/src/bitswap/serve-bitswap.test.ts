import type { Connection, Stream, StreamHandler } from '@libp2p/interface'
import { lpStream, streamPair } from '@libp2p/utils'
import type { CID } from 'multiformats/cid'
import { reader, writer } from 'protons-runtime'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keystream } from '../../test/keystream.ts'
import { forge, mapBlocks } from '../../test/map-blocks.ts'
import { BITSWAP_WANTLIST_BYTES, BITSWAP_WANTS } from '../limits.ts'
import { serveBitswap } from './serve-bitswap.ts'

const MIB = 1024 * 1024
const SOON = { timeout: 20_000 }
const blocks = mapBlocks()
const make = forge(blocks)
let reads: number
let stop: () => Promise<void>
let handler: StreamHandler
beforeEach(async () => {
  reads = 0
  const counted = {
    ...blocks,
    get: (cid: CID) => {
      reads++
      return blocks.get(cid)
    },
  }
  const libp2p = {
    handle: async (_: string | string[], given: StreamHandler) => {
      handler = given
    },
    unhandle: async () => {},
  }
  stop = await serveBitswap({ libp2p, blocks: counted }, { stallTimeoutMs: 1_000 })
})
afterEach(() => stop())

/** A peer with one stream to the server; what it is answered comes on streams that the server opens. */
const peer = async (name = 'peer', { isSlow = false } = {}) => {
  const opened: { stream: Stream; next: ReturnType<typeof answersOn> }[] = []
  const connection = {
    remotePeer: name,
    newStream: async () => {
      const [ours, theirs] = await streamPair()
      // Listens from the first moment: what comes before anybody does is lost.
      const next = answersOn(theirs)
      if (isSlow) theirs.pause()
      opened.push({ stream: theirs, next })
      return ours
    },
  } as unknown as Connection
  const [stream, served] = await streamPair()
  void handler(served, connection)
  return { stream, opened, send: (bytes: Uint8Array) => lpStream(stream).write(bytes) }
}

const wants = (all: { cid: CID; type?: 'have'; cancel?: boolean; sendDontHave?: boolean }[]): Uint8Array => {
  const message = writer()
  message.uint32(10).fork()
  for (const { cid, type, cancel, sendDontHave } of all) {
    message.uint32(10).fork().uint32(10).bytes(cid.bytes)
    if (cancel) message.uint32(24).bool(true)
    if (type === 'have') message.uint32(32).int32(1)
    if (sendDontHave) message.uint32(40).bool(true)
    message.ldelim()
  }
  return message.ldelim().finish()
}

/** Reads one message of answers after the other: sizes of its blocks, and whether each asked for is here. */
const answersOn = (stream: Stream) => {
  const messages = lpStream(stream, { maxBufferSize: 64 * MIB })
  return async () => parse((await messages.read({ signal: AbortSignal.timeout(20_000) })).subarray())
}
const parse = (bytes: Uint8Array) => {
  const input = reader(bytes)
  const answer = { blocks: [] as number[], presences: [] as boolean[] }
  while (input.pos < input.len) {
    const isBlock = input.uint32() >>> 3 === 3
    const part = reader(input.bytes())
    part.uint32()
    part.bytes()
    if (isBlock) part.uint32()
    else part.uint32()
    if (isBlock) answer.blocks.push(part.bytes().length)
    else answer.presences.push(part.int32() === 0)
  }
  return answer
}
const firstOf = async <Opened>(opened: readonly Opened[]): Promise<Opened> => {
  await expect.poll(() => opened.length, SOON).toBe(1)
  return opened[0] as Opened
}

it('sends blocks, and says what is here and what is not', async () => {
  const here = await make.leaf('here')
  const absent = await forge(mapBlocks()).leaf('absent')
  const { send, opened } = await peer()
  await send(
    wants([
      { cid: here },
      { cid: absent, sendDontHave: true },
      { cid: await make.leaf('also here'), type: 'have' },
      { cid: await forge(mapBlocks()).leaf('nor this, and nobody asks'), type: 'have' },
    ]),
  )
  expect(await (await firstOf(opened)).next()).toEqual({ blocks: [4], presences: [false, true] })
})

it('reads one message of blocks for a peer that takes none, however many it wants, and gives it up', async () => {
  const large = await Promise.all(Array.from({ length: 100 }, (_, i) => make.leaf(keystream(`${i}`, MIB))))
  const slow = await peer('slow', { isSlow: true })
  await slow.send(wants(large.map((cid) => ({ cid }))))
  const { stream } = await firstOf(slow.opened)
  await expect.poll(() => stream.status, SOON).not.toBe('open')
  expect(reads).toBeLessThan(12)

  const other = await peer('other')
  await other.send(wants(large.slice(0, 3).map((cid) => ({ cid }))))
  const { next } = await firstOf(other.opened)
  expect(await next()).toEqual({ blocks: [MIB], presences: [] })
})

it('forgets what a peer took back before its turn', async () => {
  const large = await Promise.all(Array.from({ length: 20 }, (_, i) => make.leaf(keystream(`${i}`, MIB))))
  const { send, opened } = await peer()
  await send(wants(large.map((cid) => ({ cid }))))
  await send(wants(large.slice(10).map((cid) => ({ cid, cancel: true }))))
  const { next } = await firstOf(opened)
  let sum = 0
  for (let more = true; more; ) {
    more = await next().then(
      ({ blocks }) => {
        sum += blocks.length
        return true
      },
      () => false,
    )
  }
  expect(sum).toBe(reads)
  expect(sum).toBeGreaterThan(9)
  expect(sum).toBeLessThan(20)
})

it.each([
  ['nonsense', Buffer.from('GET / HTTP/1.1')],
  ['a list longer than allowed', new Uint8Array(BITSWAP_WANTLIST_BYTES + 1)],
])('breaks off on %s', async (_, bytes) => {
  const { stream, send } = await peer()
  await send(bytes).catch(() => {})
  await expect.poll(() => stream.status, SOON).not.toBe('open')
})

it('breaks off on more wants than allowed at once', async () => {
  const cid = await make.leaf('x')
  const { stream, send, opened } = await peer()
  await send(wants(Array.from({ length: BITSWAP_WANTS + 1 }, () => ({ cid }))))
  await expect.poll(() => stream.status, SOON).not.toBe('open')
  expect(opened).toEqual([])
})
