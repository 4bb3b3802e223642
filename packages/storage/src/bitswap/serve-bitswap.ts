import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { toBlockCid } from '../blocks/block-cid.ts'
import type { Blocks } from '../blocks/blocks.ts'
import {
  BITSWAP_IDLE_MS,
  BITSWAP_MESSAGE_BYTES,
  BITSWAP_PEERS_AT_ONCE,
  BITSWAP_PRESENCES,
  BITSWAP_STREAMS,
  BITSWAP_WANTLIST_BYTES,
  BITSWAP_WANTS,
  STALL_TIMEOUT_MS,
} from '../limits.ts'
import { turnstile } from '../transfer/turnstile.ts'
import { BITSWAP_PROTOCOL, type BitswapAnswer, decodeWants, encodeBitswapAnswer, type Want } from './messages.ts'

type OpenWant = Exclude<Want, { type: 'cancel' }>
/** What a peer waits for, by the CID's hash. Gone when it has everything. */
type Asker = { wants: Map<string, OpenWant>; connection: Connection }

/**
 * Answers Bitswap, so that other IPFS nodes can fetch what is here. Who may fetch what is as in `serveContent`.
 *
 * Of our own, because the stock server reads all blocks that a peer wants, up to 1,024, into one message: 2 GB of memory
 * for a file of 1 GB, at the wish of any stranger. Here one message's worth of blocks is in memory for a peer, and the
 * next is read when the last has left. Wants for what is not here are answered, where the peer asked for that, and
 * forgotten.
 *
 * @returns what ends it
 */
export async function serveBitswap(
  { libp2p, blocks }: { libp2p: Pick<Libp2p, 'handle' | 'unhandle'>; blocks: Pick<Blocks, 'get' | 'sizeOf'> },
  { stallTimeoutMs = STALL_TIMEOUT_MS }: { stallTimeoutMs?: number } = {},
): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  const askers = new Map<string, Asker>()
  const working = new Set<Promise<void>>()
  const gate = turnstile(BITSWAP_PEERS_AT_ONCE)
  const within = (ms: number) => ({ signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(ms)]) })

  const hear = async (stream: Stream, connection: Connection): Promise<void> => {
    const messages = lpStream(stream, { maxDataLength: BITSWAP_WANTLIST_BYTES })
    for (;;) {
      const bytes = (await messages.read(within(BITSWAP_IDLE_MS))).subarray()
      const message = decodeWants(bytes, { maxWants: BITSWAP_WANTS })
      if (message === null) throw new RangeError('a message that is none')
      note(message, connection)
    }
  }

  const note = ({ wants, full }: NonNullable<ReturnType<typeof decodeWants>>, connection: Connection): void => {
    const key = connection.remotePeer.toString()
    const known = askers.get(key)
    const asker = known ?? { wants: new Map<string, OpenWant>(), connection }
    if (full) asker.wants.clear()
    for (const want of wants) {
      const hash = want.cid.multihash.bytes.join()
      if (want.type === 'cancel') asker.wants.delete(hash)
      else if (asker.wants.size < BITSWAP_WANTS || asker.wants.has(hash)) asker.wants.set(hash, want)
    }
    if (known !== undefined || asker.wants.size === 0) return
    askers.set(key, asker)
    const answering = answer(asker)
      // Peers leave and stall; none of it concerns anybody here.
      .catch(() => {})
      .finally(() => {
        askers.delete(key)
        working.delete(answering)
      })
    working.add(answering)
  }

  const answer = async (asker: Asker): Promise<void> => {
    const leave = await gate.enter('', stopping.signal)
    let stream: Stream | undefined
    try {
      const options = { ...within(stallTimeoutMs), maxOutboundStreams: BITSWAP_STREAMS }
      stream = await asker.connection.newStream(BITSWAP_PROTOCOL, options)
      const messages = lpStream(stream)
      while (asker.wants.size > 0) {
        const next = await nextAnswer(asker.wants)
        if (next.blocks.length > 0 || next.presences.length > 0) {
          await messages.write(encodeBitswapAnswer(next), within(stallTimeoutMs))
        }
      }
      await stream.close(within(stallTimeoutMs))
    } catch (error) {
      stream?.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    } finally {
      leave()
    }
  }

  /** Takes wants off the list as far as one message holds their answers. */
  const nextAnswer = async (wants: Map<string, OpenWant>): Promise<BitswapAnswer> => {
    const next: BitswapAnswer = { blocks: [], presences: [] }
    let bytes = 0
    for (const [hash, want] of wants) {
      if (bytes >= BITSWAP_MESSAGE_BYTES || next.presences.length >= BITSWAP_PRESENCES) break
      wants.delete(hash)
      const cid = toBlockCid(want.cid)
      const sizeBytes = cid === null ? null : blocks.sizeOf(cid)
      const block = cid === null || sizeBytes === null || want.type === 'have' ? null : await blocks.get(cid)
      if (block !== null) {
        bytes += block.length
        next.blocks.push({ cid: want.cid, bytes: block })
      } else if (want.type === 'have' && sizeBytes !== null) next.presences.push({ cid: want.cid, isHere: true })
      else if (want.sendDontHave) next.presences.push({ cid: want.cid, isHere: false })
    }
    return next
  }

  const onStream = (stream: Stream, connection: Connection): void => {
    const hearing = hear(stream, connection)
      .catch((error: unknown) => {
        // Where it has ended in good order, this does nothing.
        stream.abort(error instanceof Error ? error : new Error(String(error)))
      })
      .finally(() => working.delete(hearing))
    working.add(hearing)
  }
  await libp2p.handle(BITSWAP_PROTOCOL, onStream, {
    maxInboundStreams: BITSWAP_STREAMS,
    maxOutboundStreams: BITSWAP_STREAMS,
  })
  return async () => {
    await libp2p.unhandle(BITSWAP_PROTOCOL)
    stopping.abort(new Error('The storage is stopping.'))
    await Promise.allSettled(working)
  }
}
