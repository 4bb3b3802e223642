import type { Network, Peer } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import type { Libp2p, PeerId } from '@libp2p/interface'
import { chooseAddresses } from './choose-addresses.ts'
import { watchTime } from './clock/watch-time.ts'
import type { Order } from './conduct/keep-order.ts'
import { startDiscovery } from './discovery.ts'
import type { GolemNode } from './golem-node.ts'
import { createGossip } from './gossip.ts'
import type { Hearing } from './hearing.ts'
import { peerOf } from './identity.ts'
import { TARGET_PEERS } from './limits.ts'
import { LIVENESS, watchLiveness } from './liveness.ts'
import type { NetworkLogger } from './logger.ts'
import type { NetworkOptions } from './network-options.ts'
import { type NetworkReport, networkReport } from './network-report.ts'
import type { Platform } from './platform.ts'
import { startReaching } from './reach/start-reaching.ts'
import { upgradeRelayed } from './relay/upgrade-relayed.ts'
import { createStreams } from './streams.ts'

export type GolemNetwork = Network & {
  /** The node under it, for what speaks protocols that are not ours. */
  readonly libp2p: Libp2p
  /** How it stands in the grid. */
  report(): Promise<NetworkReport>
  /** What to add to this machine's clock to agree with its peers'. */
  clockCorrectionMs(): number
}

type Components = { node: GolemNode; logger: NetworkLogger; hearing: Hearing; order: Order; platform: Platform }

/** The `Network` port over a started libp2p node, whatever its transports; runs in a browser too. */
export async function libp2pNetwork(
  { node, logger, hearing, order, platform }: Components,
  options: NetworkOptions,
): Promise<GolemNetwork> {
  const self = peerOf(node.peerId)
  if (self === null) {
    throw new GolemError({ code: 'KEY_INVALID', message: 'The node key is not of the kind secp256k1.' })
  }
  order.begin(node)
  const gossip = createGossip({ pubsub: node.services.pubsub, logger, order }, { relay: options.relay ?? [] })
  const liveness = watchLiveness({ node, logger, hearing }, options.liveness ?? LIVENESS)
  const upgrades = upgradeRelayed({ node, logger })
  const streams = createStreams({ node, logger, liveness, hearing, upgrades, order })
  const addresses = () => chooseAddresses(node.getMultiaddrs(), self.peerId)
  let stopping: Promise<void> | null = null

  const network: GolemNetwork = {
    self,
    libp2p: node,
    contact: () => ({ peerId: self.peerId, addresses: addresses() }),
    peers: () =>
      node
        .getPeers()
        .map(peerOf)
        .filter((peer): peer is Peer => peer !== null),
    onPeer(handler) {
      const onConnect = ({ detail }: CustomEvent<PeerId>) => {
        const peer = peerOf(detail)
        if (peer !== null) handler(peer)
      }
      node.addEventListener('peer:connect', onConnect)
      return () => node.removeEventListener('peer:connect', onConnect)
    },
    connect: streams.connect,
    publish: gossip.publish,
    subscribe: gossip.subscribe,
    handle: streams.handle,
    open: streams.open,
    blame(address, fault) {
      const peer = network.peers().find((connected) => connected.address === address)
      if (peer !== undefined) order.blame(peer.peerId, fault)
    },
    report: () => networkReport({ node, reaching, time }, addresses()),
    clockCorrectionMs: () => time.correctionMs(),
    stop() {
      stopping ??= (async () => {
        stopDiscovery()
        time.stop()
        upgrades.stop()
        liveness.stop()
        gossip.stop()
        streams.stop()
        order.stop()
        await reaching.stop()
        await node.stop()
      })()
      return stopping
    },
  }
  const onOtherAddresses = () => node.getConnections().forEach(liveness.suspect)
  const reaching = await startReaching(
    { node, network, logger, platform, onOtherAddresses },
    { serveRelay: options.serveRelay ?? true },
  )
  const time = watchTime({ node, network, logger })
  const stopDiscovery = startDiscovery(
    { node, network, logger, dial: streams.dial },
    { bootstrap: options.bootstrap, targetPeers: options.targetPeers ?? TARGET_PEERS },
  )
  return network
}
