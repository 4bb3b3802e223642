import type { HandleOptions, Network, OpenOptions, Peer, PeerFault } from '@golem/ports'
import { GolemError, type PeerContact, protocolVersions } from '@golem/protocol'
import type { Connection, Libp2p, PeerId, Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { dialable, isRelayed, parseAddress, parsePeerId, peerIdIn } from './addresses.ts'
import { bestConnection } from './best-connection.ts'
import { createChannel, type OwnedChannel } from './channel.ts'
import type { Order } from './conduct/keep-order.ts'
import type { Hearing } from './hearing.ts'
import { peerOf } from './identity.ts'
import {
  DIAL_TIMEOUT_MS,
  FIRST_WORD_MS,
  LOOKUP_TIMEOUT_MS,
  MAX_STREAMS_PER_PROTOCOL,
  NEGOTIATION_TIMEOUT_MS,
} from './limits.ts'
import type { Liveness } from './liveness.ts'
import type { NetworkLogger } from './logger.ts'
import { pause } from './pause.ts'
import type { Upgrades } from './relay/upgrade-relayed.ts'
import { isTimeout, reasonOf, unreachable } from './unreachable.ts'

export type Streams = Pick<Network, 'connect' | 'handle' | 'open'> & {
  /** Connects where needed. @throws {GolemError} `PEER_UNREACHABLE` */
  dial(contact: PeerContact, signal: AbortSignal): Promise<Peer>
  stop(): void
}

const within = (timeoutMs: number, signal: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])])

export type StreamsComponents = {
  node: Libp2p
  logger: NetworkLogger
  liveness: Liveness
  hearing: Hearing
  upgrades: Upgrades
  order: Order
}

/** So long a stream waits for a way around the relay: it stays on the connection on which it began. */
const AROUND_RELAY_MS = 4_000

/** Channels over a libp2p node's streams. */
export function createStreams({ node, logger, liveness, hearing, upgrades, order }: StreamsComponents): Streams {
  const open = new Set<OwnedChannel>()
  const stopped = new AbortController()

  const track = (stream: Stream, connection: Connection, peer: Peer, options: HandleOptions): OwnedChannel => {
    const rules = {
      pace: (messages: number) => order.paceMessages(peer.peerId, messages),
      onFault: (fault: PeerFault) => order.blame(peer.peerId, fault),
      ...(stream.direction === 'inbound' ? { firstWordMs: FIRST_WORD_MS } : {}),
    }
    const channel = createChannel({ stream, peer }, { ...options, ...rules })
    const unwatch = order.watch(channel)
    stream.addEventListener('message', () => hearing.heard(connection))
    if (stream.status === 'open') open.add(channel)
    else unwatch()
    stream.addEventListener('close', () => {
      unwatch()
      open.delete(channel)
    })
    return channel
  }

  /** @throws {GolemError} `PEER_UNREACHABLE` */
  const dialAny = async (who: string, target: PeerId | Multiaddr[], signal?: AbortSignal): Promise<Connection> => {
    try {
      return await node.dial(target, { signal: AbortSignal.any([within(DIAL_TIMEOUT_MS, signal), stopped.signal]) })
    } catch (error) {
      signal?.throwIfAborted()
      throw unreachable(who, reasonOf(error), error)
    }
  }

  /** Where it is said to be, or else where the hash table knows it: it may have moved. */
  const dialContact = async (contact: PeerContact, id: PeerId, signal?: AbortSignal): Promise<Connection> => {
    const addresses = dialable(contact)
    if (addresses.length === 0) return await dialAny(contact.peerId, id, signal)
    try {
      return await dialAny(contact.peerId, addresses, signal)
    } catch (error) {
      const tried = new Set(addresses.map(String))
      const moved = (await lookUp(id, signal)).filter((address) => !tried.has(address.toString()))
      if (moved.length === 0) throw error
      return await dialAny(contact.peerId, moved, signal)
    }
  }

  const lookUp = async (id: PeerId, signal?: AbortSignal): Promise<Multiaddr[]> => {
    if (node.getPeers().length === 0) return []
    try {
      // what this node knows itself has just failed
      const options = { signal: within(LOOKUP_TIMEOUT_MS, signal), useCache: false }
      const found = await node.peerRouting.findPeer(id, options)
      return dialable({ peerId: id.toString(), addresses: found.multiaddrs.map(String) })
    } catch {
      signal?.throwIfAborted()
      return []
    }
  }

  const connectionTo = async (contact: PeerContact, { signal, isBrief = false }: OpenOptions): Promise<Connection> => {
    const id = parsePeerId(contact.peerId)
    if (id.equals(node.peerId)) throw unreachable(contact.peerId, 'it is this node itself')
    const connection = bestConnection(node.getConnections(id)) ?? (await dialContact(contact, id, signal))
    if (isBrief || !isRelayed(connection.remoteAddr)) return connection
    await Promise.race([upgrades.settled(connection), pause(AROUND_RELAY_MS, signal ?? stopped.signal)])
    return bestConnection(node.getConnections(id)) ?? connection
  }

  const provenPeer = (who: string, connection: Connection): Peer => {
    const peer = peerOf(connection.remotePeer)
    if (peer === null) throw unreachable(who, 'its key is of another kind than secp256k1')
    return peer
  }

  const streamTo = (connection: Connection, protocol: string, signal?: AbortSignal): Promise<Stream> =>
    connection.newStream(protocolVersions(protocol), {
      signal: within(NEGOTIATION_TIMEOUT_MS, signal),
      maxOutboundStreams: MAX_STREAMS_PER_PROTOCOL,
    })

  return {
    async connect(text, { signal }: OpenOptions = {}) {
      const address = parseAddress(text)
      if (peerIdIn(address) === node.peerId.toString()) throw unreachable(text, 'it is this node itself')
      const connection = await dialAny(text, [address], signal)
      return provenPeer(text, connection)
    },

    async dial(contact, signal) {
      return provenPeer(contact.peerId, await connectionTo(contact, { signal }))
    },

    async open(to, protocol, options) {
      options.signal?.throwIfAborted()
      stopped.signal.throwIfAborted()
      const connection = await connectionTo(to, options)
      const peer = provenPeer(to.peerId, connection)
      try {
        return track(await streamTo(connection, protocol, options.signal), connection, peer, options)
      } catch (first) {
        options.signal?.throwIfAborted()
        // a connection that was lost a moment ago may still be listed
        if (connection.status === 'open') {
          if (isTimeout(first)) liveness.suspect(connection)
          throw unreachable(to.peerId, reasonOf(first), first)
        }
        try {
          const fresh = await connectionTo(to, options)
          return track(await streamTo(fresh, protocol, options.signal), fresh, peer, options)
        } catch (second) {
          options.signal?.throwIfAborted()
          throw unreachable(to.peerId, reasonOf(second), second)
        }
      }
    },

    handle(protocol, options, handler) {
      const answer = (stream: Stream, connection: Connection): void => {
        const peer = peerOf(connection.remotePeer)
        if (peer === null || stopped.signal.aborted) {
          stream.abort(new Error('refused'))
          return
        }
        void serve(track(stream, connection, peer, options))
      }
      const serve = async (channel: OwnedChannel): Promise<void> => {
        try {
          const waitMs = order.paceStream(channel.peer.peerId)
          if (waitMs > 0) await pause(waitMs, stopped.signal)
          await handler(channel)
          await channel.release()
        } catch (error) {
          const isLie =
            error instanceof GolemError && error.peerPolicy === 'penalise' && error.code !== 'CHANNEL_CLOSED'
          if (isLie) order.blame(channel.peer.peerId, 'lie')
          logger.warn({ protocol, peer: channel.peer.address, error: String(error) }, 'a protocol handler failed')
          channel.abort()
        }
      }
      const log = (error: unknown) => logger.warn({ protocol, error: String(error) }, 'a protocol could not be served')
      const versions = protocolVersions(protocol)
      node.handle(versions, answer, { maxInboundStreams: MAX_STREAMS_PER_PROTOCOL }).catch(log)
      return () => {
        if (!stopped.signal.aborted) node.unhandle(versions).catch(log)
      }
    },

    stop() {
      stopped.abort(unreachable(node.peerId.toString(), 'this node has stopped'))
      for (const channel of open) channel.abort()
    },
  }
}
