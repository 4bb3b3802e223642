import type { Network, Peer } from '@golem/ports'
import type { PeerContact } from '@golem/protocol'
import type { IdentifyResult, PeerId, PeerInfo } from '@libp2p/interface'
import { isLoopback, parseAddress, peerIdIn } from './addresses.ts'
import type { GolemNode } from './golem-node.ts'
import { keepConnected } from './keep-connected.ts'
import { createKnownPeers } from './known-peers.ts'
import { EXCHANGED_PEERS, KNOWN_PEERS } from './limits.ts'
import type { NetworkLogger } from './logger.ts'
import { pause } from './pause.ts'
import { askPeers, believable, PEERS_PROTOCOL, servePeers } from './peer-exchange.ts'
import { shuffled } from './shuffled.ts'

/** Peers asked in one round. */
const ASKED_PEERS = 3
/** Between rounds while there are too few connections; a grid with fewer nodes than wanted stays in the last. */
const FIRST_ROUND_MS = 1_000
const MAX_ROUND_MS = 30_000
/** For a walk through the hash table. */
const WALK_MS = 5_000
/** Lets the events of one moment become one round. */
const GATHER_MS = 20

export type DiscoveryComponents = {
  node: GolemNode
  network: Network
  logger: NetworkLogger
  /** @throws {GolemError} `PEER_UNREACHABLE` */
  dial: (contact: PeerContact, signal: AbortSignal) => Promise<Peer>
}
export type DiscoveryOptions = { bootstrap: readonly string[]; targetPeers: number }

/**
 * Finds peers: keeps the bootstrap addresses connected, and while there are fewer than `targetPeers` connections asks
 * the neighbours for theirs, then the hash table, and dials those. Returns what ends it.
 */
export function startDiscovery(components: DiscoveryComponents, options: DiscoveryOptions): () => void {
  const { node, network, logger, dial } = components
  const stopped = new AbortController()
  const { signal } = stopped
  const known = createKnownPeers({ maxPeers: KNOWN_PEERS })
  const speakers = new Set<string>()
  let wake: (() => void) | null = null
  let isWoken = false

  const wakeUp = (): void => {
    isWoken = true
    wake?.()
  }
  const isConnected = (peerId: string) => network.peers().some((peer) => peer.peerId === peerId)

  const learnFrom = async (peer: Peer): Promise<void> => {
    try {
      const onThisMachine = connectionsTo(node, peer.peerId).some((connection) => isLoopback(connection.remoteAddr))
      for (const contact of await askPeers(network, peer, signal)) {
        const worth = contact.peerId === network.self.peerId ? null : believable(contact, { onThisMachine })
        if (worth !== null) known.learn(worth)
      }
    } catch (error) {
      logger.debug({ peer: peer.address, error: String(error) }, 'a peer did not say whom it knows')
    }
  }

  const tryPeer = async (contact: PeerContact): Promise<void> => {
    try {
      await dial(contact, signal)
      known.connected(contact.peerId)
    } catch (error) {
      known.failed(contact.peerId, performance.now())
      logger.debug({ peer: contact.peerId, error: String(error) }, 'a peer heard of cannot be reached')
    }
  }

  const round = async (): Promise<void> => {
    const missing = () => options.targetPeers - network.peers().length
    if (missing() <= 0) return
    const askable = shuffled(network.peers().filter((peer) => speakers.has(peer.peerId))).slice(0, ASKED_PEERS)
    await Promise.all(askable.map(learnFrom))
    await tryKnown(missing())
    if (missing() > 0 && network.peers().length > 0) {
      await walkTable()
      await tryKnown(missing())
    }
  }

  const tryKnown = async (count: number): Promise<void> => {
    const chosen = known.choose(count, { nowMs: performance.now(), isConnected })
    await Promise.all(chosen.map(tryPeer))
  }

  /** Learns of peers near a random place of the hash table, where there is one. */
  const walkTable = async (): Promise<void> => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(WALK_MS)])
    const onThisMachine = node.getMultiaddrs().every(isLoopback)
    try {
      const place = crypto.getRandomValues(new Uint8Array(32))
      for await (const { id, multiaddrs } of node.peerRouting.getClosestPeers(place, { signal: within })) {
        const contact = { peerId: id.toString(), addresses: multiaddrs.map(String) }
        const worth = contact.peerId === network.self.peerId ? null : believable(contact, { onThisMachine })
        if (worth !== null) known.learn(worth)
      }
    } catch (error) {
      logger.debug({ error: String(error) }, 'the hash table names no peers')
    }
  }

  const run = async (): Promise<void> => {
    let roundMs = FIRST_ROUND_MS
    while (!signal.aborted) {
      const woken = new AbortController()
      wake = () => woken.abort()
      if (!isWoken) await pause(roundMs, woken.signal)
      roundMs = isWoken ? FIRST_ROUND_MS : Math.min(2 * roundMs, MAX_ROUND_MS)
      if (isWoken) await pause(GATHER_MS, signal)
      isWoken = false
      if (!signal.aborted) await round()
    }
  }

  const onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => {
    if (!detail.protocols.includes(PEERS_PROTOCOL)) return
    speakers.add(detail.peerId.toString())
    wakeUp()
  }
  const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => {
    speakers.delete(detail.toString())
    wakeUp()
  }
  const onDiscovery = ({ detail }: CustomEvent<PeerInfo>): void => {
    const contact = { peerId: detail.id.toString(), addresses: detail.multiaddrs.map(String) }
    // who listens on loopback alone looks for peers of this machine
    const worth = believable(contact, { onThisMachine: node.getMultiaddrs().every(isLoopback) })
    if (worth === null || contact.peerId === network.self.peerId || isConnected(contact.peerId)) return
    known.learn(worth)
    wakeUp()
  }
  node.addEventListener('peer:identify', onIdentify)
  node.addEventListener('peer:disconnect', onDisconnect)
  node.addEventListener('peer:discovery', onDiscovery)
  const stopServing = servePeers(network, (except) => neighbours(node, network, except))

  for (const address of new Set(options.bootstrap)) {
    if (peerIdIn(parseAddress(address)) === network.self.peerId) continue
    void keepConnected({ network, logger, disconnected: (peerId) => gone(node, peerId, signal) }, { address, signal })
  }
  void run()

  return () => {
    stopped.abort()
    wake?.()
    stopServing()
    node.removeEventListener('peer:identify', onIdentify)
    node.removeEventListener('peer:disconnect', onDisconnect)
    node.removeEventListener('peer:discovery', onDiscovery)
  }
}

const connectionsTo = (node: GolemNode, peerId: string) =>
  node.getConnections().filter((connection) => connection.remotePeer.toString() === peerId)

/** Resolves when the last connection to a peer is gone. */
function gone(node: GolemNode, peerId: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!signal.aborted && connectionsTo(node, peerId).length > 0) return
      node.removeEventListener('peer:disconnect', check)
      signal.removeEventListener('abort', check)
      resolve()
    }
    node.addEventListener('peer:disconnect', check)
    signal.addEventListener('abort', check)
    check()
  })
}

/** Where the connected peers listen, as they said and signed. */
async function neighbours(node: GolemNode, network: Network, except: Peer): Promise<PeerContact[]> {
  const others = shuffled(network.peers().filter((peer) => peer.peerId !== except.peerId)).slice(0, EXCHANGED_PEERS)
  const found: PeerContact[] = []
  for (const { peerId } of others) {
    const id = connectionsTo(node, peerId)[0]?.remotePeer
    const stored = id === undefined ? undefined : await node.peerStore.get(id).catch(() => undefined)
    const addresses = (stored?.addresses ?? [])
      .filter((address) => address.isCertified)
      .map(({ multiaddr }) => (peerIdIn(multiaddr) === null ? multiaddr.encapsulate(`/p2p/${peerId}`) : multiaddr))
      .map(String)
      .filter((address) => address.length <= 200)
      .slice(0, 16)
    if (addresses.length > 0) found.push({ peerId, addresses })
  }
  return found
}
