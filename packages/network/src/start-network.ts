import { GolemError, signerFromKey } from '@golem/protocol'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import type { MultiaddrConnection, PeerId } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { preSharedKey } from '@libp2p/pnet'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { parseAddress } from './addresses.ts'
import { GOSSIP_OPTIONS } from './gossip.ts'
import { createHearing } from './hearing.ts'
import { type GolemNetwork, libp2pNetwork } from './libp2p-network.ts'
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
import { silentLogger } from './logger.ts'
import type { NetworkComponents, NetworkOptions } from './network-options.ts'
import type { Platform } from './platform.ts'
import { pskFile } from './psk-file.ts'
import { reasonOf } from './unreachable.ts'

/** A libp2p node of this platform, started, as the `Network` port. */
export async function startNetwork(
  components: NetworkComponents,
  options: NetworkOptions,
  platform: Platform,
): Promise<GolemNetwork> {
  const { privateKey, logger = silentLogger } = components
  // refuse in our own words, before anything runs
  signerFromKey(privateKey)
  for (const address of [...options.bootstrap, ...options.listen, ...(options.announce ?? [])]) parseAddress(address)
  const hearing = createHearing()
  const listen = (_: PeerId, transport: MultiaddrConnection): boolean => {
    hearing.observe(transport)
    return false
  }
  const ownsNoAddress = (id: PeerId): boolean => id.type !== 'secp256k1'
  const node = await createLibp2p({
    ...platform,
    privateKey: privateKeyFromRaw(privateKey),
    addresses: { listen: [...options.listen], announce: [...(options.announce ?? [])] },
    ...(options.psk === undefined ? {} : { connectionProtector: preSharedKey({ psk: pskFile(options.psk) }) }),
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
    connectionGater: {
      // a page would refuse addresses of its own machine and of the local network
      denyDialMultiaddr: () => false,
      // who has no secp256k1 key owns no address, so nobody could be paid
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
