import type { Network } from '@golem/ports'
import { GolemError, signerFromKey } from '@golem/protocol'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { MultiaddrConnection, PeerId } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { parseAddress } from './addresses.ts'
import { GOSSIP_OPTIONS } from './gossip.ts'
import { createHearing } from './hearing.ts'
import { libp2pNetwork } from './libp2p-network.ts'
import {
  DIAL_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_EARLY_STREAMS,
  MAX_INBOUND_CONNECTIONS_PER_S,
  MAX_PENDING_CONNECTIONS,
  NEGOTIATION_TIMEOUT_MS,
  STREAM_READ_BUFFER_BYTES,
  STREAM_WINDOW_BYTES,
} from './limits.ts'
import type { LivenessOptions } from './liveness.ts'
import { type NetworkLogger, silentLogger } from './logger.ts'
import { reasonOf } from './unreachable.ts'

export type NetworkComponents = {
  /** 32 bytes, secp256k1: the node's one identity. */
  privateKey: Uint8Array
  logger?: NetworkLogger
}

export type NetworkOptions = {
  /** Where to listen; port 0 takes a free one. */
  listen: readonly string[]
  /** Peers to find the others through, tried until they answer, in any order of start. This node itself is skipped. */
  bootstrap: readonly string[]
  /** Finds peers of the local network without a bootstrap address. */
  mdns: boolean
  /** What to tell others instead of the addresses listened on, behind a router. */
  announce?: readonly string[]
  /**
   * Topics that this node passes on whether it handles them or not; demands where not said. Without it, requestors and
   * bootstrap nodes would be holes in the mesh: a leaf's demand would end there.
   */
  relay?: readonly string[]
  /** Connections below which the node looks for more; `TARGET_PEERS` where not said. */
  targetPeers?: number
  /** When a silent peer is given up; `LIVENESS` where not said. */
  liveness?: LivenessOptions
}

/** Only Golem's nodes are looked for, not every libp2p program of the local network. */
const MDNS_SERVICE = '_golem._udp.local'

/** Listens on loopback alone, on a free port. */
export const DEV_LISTEN = ['/ip4/127.0.0.1/tcp/0'] as const

/**
 * A node on the grid over TCP: noise, yamux, gossipsub. It dials no public node, ever.
 *
 * @throws {GolemError} `KEY_INVALID`, `LISTEN_FAILED`, `PEER_UNREACHABLE` for an address that is none
 * @example
 * const network = await createNetwork({ privateKey }, { listen: DEV_LISTEN, bootstrap: [], mdns: false })
 */
export async function createNetwork(components: NetworkComponents, options: NetworkOptions): Promise<Network> {
  const { privateKey, logger = silentLogger } = components
  // refuse in our own words, before anything runs
  signerFromKey(privateKey)
  for (const address of [...options.bootstrap, ...options.listen]) parseAddress(address)
  const hearing = createHearing()
  const listen = (_: PeerId, transport: MultiaddrConnection): boolean => {
    hearing.observe(transport)
    return false
  }
  const ownsNoAddress = (id: PeerId): boolean => id.type !== 'secp256k1'
  // multicast takes sockets and memory that most nodes have no use for
  const peerDiscovery = options.mdns ? [(await import('@libp2p/mdns')).mdns({ serviceTag: MDNS_SERVICE })] : []
  const node = await createLibp2p({
    privateKey: privateKeyFromRaw(privateKey),
    addresses: { listen: [...options.listen], announce: [...(options.announce ?? [])] },
    transports: [tcp()],
    peerDiscovery,
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        maxEarlyStreams: MAX_EARLY_STREAMS,
        streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES, maxReadBufferLength: STREAM_READ_BUFFER_BYTES },
      }),
    ],
    // watchLiveness does this in a way that bears slow links
    connectionMonitor: { enabled: false, abortConnectionOnPingFailure: false },
    connectionManager: {
      maxConnections: MAX_CONNECTIONS,
      inboundConnectionThreshold: MAX_INBOUND_CONNECTIONS_PER_S,
      maxIncomingPendingConnections: MAX_PENDING_CONNECTIONS,
      dialTimeout: DIAL_TIMEOUT_MS,
      outboundStreamProtocolNegotiationTimeout: NEGOTIATION_TIMEOUT_MS,
      inboundStreamProtocolNegotiationTimeout: NEGOTIATION_TIMEOUT_MS,
    },
    // who has no secp256k1 key owns no address, so nobody could be paid
    connectionGater: {
      denyInboundEncryptedConnection: ownsNoAddress,
      denyOutboundEncryptedConnection: ownsNoAddress,
      denyInboundUpgradedConnection: listen,
      denyOutboundUpgradedConnection: listen,
    },
    services: { identify: identify(), ping: ping(), pubsub: gossipsub(GOSSIP_OPTIONS) },
  }).catch((cause: unknown) => {
    throw new GolemError({
      code: 'LISTEN_FAILED',
      message: `The node cannot listen on ${options.listen.join(', ')}: ${reasonOf(cause)}.`,
      remedy: 'Choose another port, or end the program that holds it.',
      cause,
    })
  })
  return libp2pNetwork({ node, logger, hearing }, options)
}
