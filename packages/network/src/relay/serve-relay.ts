import type { Connection, Stream } from '@libp2p/interface'
import { peerIdFromMultihash } from '@libp2p/peer-id'
import { isPrivateIp, lpStream } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { decode as decodeMultihash } from 'multiformats/hashes/digest'
import { hostOf, isLoopback, isRelayed, isThroughRelay } from '../addresses.ts'
import type { GolemNode } from '../golem-node.ts'
import type { NetworkLogger } from '../logger.ts'
import { createRateLimit } from '../rate-limit.ts'
import { joinStreams } from './join-streams.ts'
import {
  decodeHopRequest,
  decodeStopStatus,
  encodeHopStatus,
  encodeStopConnect,
  HOP_PROTOCOL,
  RELAY_STATUS,
  type RelayStatus,
  STOP_PROTOCOL,
} from './relay-messages.ts'
import { createRelayQuotas, type RelayLimits } from './relay-quotas.ts'

/** Messages of the relay protocol have a few hundred bytes. */
const MESSAGE_BYTES = 4_096
const LENGTH_BYTES = 2
/** For a request, and for the reserved peer's answer. */
const HANDSHAKE_MS = 10_000
/** A relay is told by so many of its addresses: TCP, WebSocket and WebRTC. */
const MAX_ADDRESSES = 3
/** Requests of one peer: a steady rate and a burst. */
const REQUESTS = { perS: 1, burst: 32 } as const
const REMEMBERED_PEERS = 1_024

export type RelayServer = {
  totals(): { reservations: number; circuits: number; bytes: number }
  stop(): Promise<void>
}

/**
 * Carries what peers that nobody can dial say to others, and the other way round: circuit relay v2.
 *
 * libp2p's own server is not used: it holds back no sender, so that a slow receiver makes the relay's memory grow, and
 * its limits either cut transfers of a few hundred kilobytes or do not exist (4.2.13).
 */
export async function serveRelay(
  { node, logger }: { node: GolemNode; logger: NetworkLogger },
  limits: RelayLimits,
): Promise<RelayServer> {
  const now = () => performance.now()
  const quotas = createRelayQuotas(limits)
  const mayAsk = createRateLimit(REQUESTS, { maxKeys: REMEMBERED_PEERS, now })
  const stopped = new AbortController()
  const carried = new Set<Stream>()
  const { registrar, addressManager } = node.services.parts

  const reserve = (connection: Connection): Uint8Array => {
    const endsAtMs = quotas.reserve(connection.remotePeer.toString(), now())
    if (endsAtMs === null) return encodeHopStatus(RELAY_STATUS.reservationRefused)
    return encodeHopStatus(RELAY_STATUS.ok, {
      expiresAtS: BigInt(Math.floor((Date.now() + limits.reservationMs) / 1_000)),
      addresses: reachableAddresses(addressManager.getAddresses()).map((address) => address.bytes),
    })
  }

  /** Asks the reserved peer; null where it does not take the stream. */
  const reach = async (target: Connection, source: Connection, signal: AbortSignal): Promise<Stream | null> => {
    const stream = await target.newStream(STOP_PROTOCOL, { signal, maxOutboundStreams: limits.circuitsPerPeer })
    const messages = lpStream(stream, { maxDataLength: MESSAGE_BYTES, maxLengthLength: LENGTH_BYTES })
    try {
      await messages.write(encodeStopConnect(source.remotePeer.toMultihash().bytes), { signal })
      const answer = await messages.read({ signal })
      if (decodeStopStatus(answer.subarray())) return messages.unwrap()
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error('no answer'))
      throw error
    }
    await stream.close({ signal })
    return null
  }

  const connect = async (
    source: Connection,
    targetHash: Uint8Array,
    answer: (status: RelayStatus) => Promise<Stream>,
    signal: AbortSignal,
  ): Promise<void> => {
    const targetId = peerIdFromMultihash(decodeMultihash(targetHash)).toString()
    const target = quotas.isReserved(targetId, now())
      ? node.getConnections().find((each) => each.remotePeer.toString() === targetId && !isRelayed(each.remoteAddr))
      : undefined
    if (target === undefined) return void (await answer(RELAY_STATUS.noReservation))
    const circuit = quotas.open(source.remotePeer.toString(), targetId, now())
    if (circuit === null) return void (await answer(RELAY_STATUS.resourceLimitExceeded))
    let far: Stream | null = null
    try {
      far = await reach(target, source, signal).catch(() => null)
      if (far === null) {
        await answer(RELAY_STATUS.connectionFailed)
        circuit.close()
        return
      }
      const near = await answer(RELAY_STATUS.ok)
      const ends = [near, far]
      for (const end of ends) carried.add(end)
      joinStreams(near, far, {
        carry: (bytes) => circuit.carry(bytes, now()),
        onEnd() {
          for (const end of ends) carried.delete(end)
          circuit.close()
        },
      })
    } catch (error) {
      circuit.close()
      far?.abort(new Error('the other end is gone'))
      throw error
    }
  }

  const onHop = async (stream: Stream, connection: Connection): Promise<void> => {
    const signal = AbortSignal.any([AbortSignal.timeout(HANDSHAKE_MS), stopped.signal])
    const messages = lpStream(stream, { maxDataLength: MESSAGE_BYTES, maxLengthLength: LENGTH_BYTES })
    /** What was sent behind the request already comes out of the stream that this returns. */
    const answer = async (status: RelayStatus): Promise<Stream> => {
      await messages.write(encodeHopStatus(status), { signal })
      if (status === RELAY_STATUS.ok) return messages.unwrap()
      await stream.close({ signal })
      return stream
    }
    try {
      if (isRelayed(connection.remoteAddr) || !mayAsk(connection.remotePeer.toString())) {
        await answer(RELAY_STATUS.permissionDenied)
        return
      }
      const request = decodeHopRequest((await messages.read({ signal })).subarray())
      if (request.type === 'connect') return await connect(connection, request.target, answer, signal)
      await messages.write(reserve(connection), { signal })
      await stream.close({ signal })
    } catch (error) {
      logger.debug({ peer: connection.remotePeer.toString(), error: String(error) }, 'a request to relay failed')
      stream.abort(error instanceof Error ? error : new Error('the request failed'))
    }
  }

  await registrar.handle(HOP_PROTOCOL, (stream, connection) => void onHop(stream, connection), {
    maxInboundStreams: limits.circuitsPerPeer,
  })
  return {
    totals: () => quotas.totals(now()),
    async stop() {
      if (stopped.signal.aborted) return
      stopped.abort()
      await registrar.unhandle(HOP_PROTOCOL)
      for (const stream of carried) stream.abort(new Error('the relay stops'))
    },
  }
}

/** Where the relay is reached, by its best addresses: others put the whole of them before their own name. */
function reachableAddresses(addresses: readonly Multiaddr[]): Multiaddr[] {
  const direct = addresses.filter((address) => !isThroughRelay(address))
  const open = direct.filter((address) => isPrivateIp(hostOf(address) ?? '') === false)
  const near = direct.filter((address) => !isLoopback(address))
  return [open, near, direct].find((found) => found.length > 0)?.slice(0, MAX_ADDRESSES) ?? []
}
