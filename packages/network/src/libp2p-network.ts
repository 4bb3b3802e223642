import type { Network, Peer } from '@golem/ports'
import { DEMAND_TOPIC, GolemError } from '@golem/protocol'
import type { Libp2p } from '@libp2p/interface'
import { startDiscovery } from './discovery.ts'
import type { GolemNode } from './golem-node.ts'
import { createGossip } from './gossip.ts'
import type { Hearing } from './hearing.ts'
import { peerOf } from './identity.ts'
import { TARGET_PEERS } from './limits.ts'
import { LIVENESS, type LivenessOptions, watchLiveness } from './liveness.ts'
import type { NetworkLogger } from './logger.ts'
import { createStreams } from './streams.ts'

/** The bound of `PeerContact`. */
const MAX_ADDRESSES = 16

/** The `Network` port, and the node under it for what speaks protocols that are not ours. */
export type GolemNetwork = Network & { readonly libp2p: Libp2p }

/** The `Network` port over a started libp2p node, whatever its transports; runs in a browser too. */
export function libp2pNetwork(
  { node, logger, hearing }: { node: GolemNode; logger: NetworkLogger; hearing: Hearing },
  options: {
    bootstrap: readonly string[]
    relay?: readonly string[]
    targetPeers?: number
    liveness?: LivenessOptions
  },
): GolemNetwork {
  const self = peerOf(node.peerId)
  if (self === null) {
    throw new GolemError({ code: 'KEY_INVALID', message: 'The node key is not of the kind secp256k1.' })
  }
  const gossip = createGossip({ pubsub: node.services.pubsub, logger }, { relay: options.relay ?? [DEMAND_TOPIC] })
  const liveness = watchLiveness({ node, logger, hearing }, options.liveness ?? LIVENESS)
  const streams = createStreams({ node, logger, liveness })
  let stopping: Promise<void> | null = null

  const network: GolemNetwork = {
    self,
    libp2p: node,
    contact: () => ({
      peerId: self.peerId,
      addresses: node
        .getMultiaddrs()
        .slice(0, MAX_ADDRESSES)
        .map((address) => address.toString()),
    }),
    peers: () =>
      node
        .getPeers()
        .map(peerOf)
        .filter((peer): peer is Peer => peer !== null),
    connect: streams.connect,
    publish: gossip.publish,
    subscribe: gossip.subscribe,
    handle: streams.handle,
    open: streams.open,
    stop() {
      stopping ??= (async () => {
        stopDiscovery()
        liveness.stop()
        gossip.stop()
        streams.stop()
        await node.stop()
      })()
      return stopping
    },
  }
  const stopDiscovery = startDiscovery(
    { node, network, logger, dial: streams.dial },
    { bootstrap: options.bootstrap, targetPeers: options.targetPeers ?? TARGET_PEERS },
  )
  return network
}
