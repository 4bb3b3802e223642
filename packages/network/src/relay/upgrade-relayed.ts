import type { Connection, IdentifyResult } from '@libp2p/interface'
import { isPrivateIp } from '@libp2p/utils'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { hostOf, isRelayed, isThroughRelay } from '../addresses.ts'
import type { GolemNode } from '../golem-node.ts'
import type { NetworkLogger } from '../logger.ts'
import { pause } from '../pause.ts'

/** For finding a way around the relay: candidates of both sides are gathered, exchanged and tried. */
const UPGRADE_MS = 12_000
/** A packet that comes before the other side has sent its own is dropped by a router: the next try may be lucky. */
const TRIES = 3
/** Until a dial that was joined has left the queue. */
const JOINED_MS = 50
/** Upgrades under way at once. */
const MAX_AT_WORK = 16

export type Upgrades = {
  /** Resolves when a way around the relay was looked for once; what failed goes on being tried beside. */
  settled(connection: Connection): Promise<void>
  stop(): void
}

/**
 * Looks for a direct way beside each relayed connection, so that bulk data spares the relay.
 *
 * Whoever was dialled dials back where the other has an address of its own. Where both are behind routers, whoever
 * dialled punches through both by WebRTC: each learns from a relay how its own router shows it (STUN), both send at once,
 * and each router takes the other's packets for answers. TCP cannot do that from Node, which offers no shared ports.
 */
export function upgradeRelayed({ node, logger }: { node: GolemNode; logger: NetworkLogger }): Upgrades {
  const stopped = new AbortController()
  const atWork = new Map<Connection, Promise<void>>()

  const isBetterConnected = ({ remotePeer }: Connection): boolean =>
    node.getConnections(remotePeer).some(({ status, remoteAddr }) => status === 'open' && !isRelayed(remoteAddr))

  const attempt = (connection: Connection, addresses: Multiaddr[]): void => {
    const { transportManager } = node.services.parts
    const dialable = addresses.filter((address) => transportManager.dialTransportForMultiaddr(address) !== undefined)
    if (dialable.length === 0 || atWork.size >= MAX_AT_WORK || atWork.has(connection)) return
    if (isBetterConnected(connection)) return
    const peer = connection.remotePeer.toString()
    const once = async (): Promise<void> => {
      const isNeeded = connection.status === 'open' && !stopped.signal.aborted && !isBetterConnected(connection)
      if (!isNeeded) return
      try {
        const signal = AbortSignal.any([AbortSignal.timeout(UPGRADE_MS), stopped.signal])
        const { remoteAddr } = await dialed(node, dialable, signal)
        logger.debug({ peer, address: remoteAddr.toString() }, 'a way around the relay')
      } catch (error) {
        logger.debug({ peer, error: String(error) }, 'no way around the relay')
      }
    }
    const first = once()
    atWork.set(connection, first)
    let all = first
    for (let count = 1; count < TRIES; count += 1) all = all.then(once)
    void all.finally(() => atWork.delete(connection))
  }

  const onOpen = ({ detail: connection }: CustomEvent<Connection>): void => {
    if (connection.direction !== 'outbound' || !isRelayed(connection.remoteAddr)) return
    attempt(connection, [multiaddr(connection.remoteAddr.toString().replace('/p2p-circuit/', '/p2p-circuit/webrtc/'))])
  }
  const onIdentify = ({ detail: { connection, listenAddrs, peerId } }: CustomEvent<IdentifyResult>): void => {
    if (connection.direction !== 'inbound' || !isRelayed(connection.remoteAddr)) return
    const direct = listenAddrs.filter(
      (address) => isPrivateIp(hostOf(address) ?? '') === false && !isThroughRelay(address),
    )
    attempt(
      connection,
      direct.map((address) =>
        address.getComponents().at(-1)?.name === 'p2p' ? address : address.encapsulate(`/p2p/${peerId}`),
      ),
    )
  }
  node.addEventListener('connection:open', onOpen)
  node.addEventListener('peer:identify', onIdentify)

  return {
    settled: (connection) => atWork.get(connection) ?? Promise.resolve(),
    stop() {
      stopped.abort()
      node.removeEventListener('connection:open', onOpen)
      node.removeEventListener('peer:identify', onIdentify)
    },
  }
}

/** libp2p lets a dial join one to the same peer that is under way, as is the one that made the relayed connection. */
async function dialed(node: GolemNode, addresses: Multiaddr[], signal: AbortSignal): Promise<Connection> {
  for (;;) {
    const connection = await node.dial(addresses, { force: true, signal })
    if (!isRelayed(connection.remoteAddr)) return connection
    await pause(JOINED_MS, signal)
    signal.throwIfAborted()
  }
}
