import type { Network } from '@golem/ports'
import { signerFromKey } from '@golem/protocol'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { PeerId } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { GOSSIP_OPTIONS } from './gossip.ts'
import { libp2pNetwork } from './libp2p-network.ts'
import {
  DIAL_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_INBOUND_CONNECTIONS_PER_S,
  MAX_PENDING_CONNECTIONS,
  NEGOTIATION_TIMEOUT_MS,
  STREAM_READ_BUFFER_BYTES,
  STREAM_WINDOW_BYTES,
} from './limits.ts'
import { type NetworkLogger, silentLogger } from './logger.ts'

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
}

/** Listens on loopback alone, on a free port. */
export const DEV_LISTEN = ['/ip4/127.0.0.1/tcp/0'] as const

/**
 * A node on the grid over TCP: noise, yamux, gossipsub. It dials no public node, ever.
 *
 * @throws {GolemError} `KEY_INVALID`, `LISTEN_FAILED`
 * @example
 * const network = await createNetwork({ privateKey }, { listen: DEV_LISTEN, bootstrap: [], mdns: false })
 */
export async function createNetwork(components: NetworkComponents, options: NetworkOptions): Promise<Network> {
  const { privateKey, logger = silentLogger } = components
  signerFromKey(privateKey) // refuses a key outside the curve with our own words
  const owned = (id: PeerId): boolean => id.type !== 'secp256k1'
  const node = await createLibp2p({
    privateKey: privateKeyFromRaw(privateKey),
    addresses: { listen: [...options.listen], announce: [...(options.announce ?? [])] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES, maxReadBufferLength: STREAM_READ_BUFFER_BYTES },
      }),
    ],
    // its pings queue behind bulk data, so that on a slow link a good connection would be aborted
    connectionMonitor: { abortConnectionOnPingFailure: false },
    connectionManager: {
      maxConnections: MAX_CONNECTIONS,
      inboundConnectionThreshold: MAX_INBOUND_CONNECTIONS_PER_S,
      maxIncomingPendingConnections: MAX_PENDING_CONNECTIONS,
      dialTimeout: DIAL_TIMEOUT_MS,
      outboundStreamProtocolNegotiationTimeout: NEGOTIATION_TIMEOUT_MS,
      inboundStreamProtocolNegotiationTimeout: NEGOTIATION_TIMEOUT_MS,
    },
    // who has no secp256k1 key owns no address, so nobody could be paid
    connectionGater: { denyInboundEncryptedConnection: owned, denyOutboundEncryptedConnection: owned },
    services: { identify: identify(), ping: ping(), pubsub: gossipsub(GOSSIP_OPTIONS) },
  })
  return libp2pNetwork({ node, logger })
}
