import { GolemError, signerFromKey } from '@golem/protocol'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import type { MultiaddrConnection, PeerId } from '@libp2p/interface'
import { type KadDHTInit, kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { preSharedKey } from '@libp2p/pnet'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { parseAddress } from './addresses.ts'
import { createBoundedDatastore } from './bounded-datastore.ts'
import { byProspects } from './by-prospects.ts'
import { keepOrder } from './conduct/keep-order.ts'
import type { GolemNode } from './golem-node.ts'
import { GOSSIP_OPTIONS } from './gossip.ts'
import { createHearing } from './hearing.ts'
import { type GolemNetwork, libp2pNetwork } from './libp2p-network.ts'
import { libp2pParts } from './libp2p-parts.ts'
import {
  ADDRESS_DIAL_TIMEOUT_MS,
  DATASTORE_ENTRIES,
  DIAL_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_EARLY_STREAMS,
  MAX_INBOUND_CONNECTIONS_PER_S,
  MAX_OTHERS,
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

/**
 * A table of our own, apart from that of IPFS. It finds peers of private networks too, and holds no values but who has
 * what: records of other kinds have no validator, and are refused.
 */
const DHT_OPTIONS: KadDHTInit = {
  protocol: '/golem/kad/1.0.0',
  clientMode: false,
  peerInfoMapper: passthroughMapper,
  allowQueryWithZeroPeers: true,
}

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
  const order = keepOrder({ logger })
  // who has no secp256k1 key owns no address, so nobody could be paid
  const ownsNoAddress = (id: PeerId): boolean => id.type !== 'secp256k1'
  const others = (): number => node.getPeers().filter(ownsNoAddress).length
  const isRefused = (id: PeerId): boolean =>
    order.isBarred(id) || (ownsNoAddress(id) && !(options.admitOthers === true && others() < MAX_OTHERS))
  const node: GolemNode = await createLibp2p({
    ...platform.libp2p,
    nodeInfo: { name: 'golem', version: '0.1.0', userAgent: 'golem' },
    datastore: createBoundedDatastore({ maxEntries: DATASTORE_ENTRIES }),
    privateKey: privateKeyFromRaw(privateKey),
    addresses: { listen: [...options.listen, '/webrtc'], announce: [...(options.announce ?? [])] },
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
      addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS,
      addressSorter: byProspects(platform.isOnOwnNetwork),
      outboundStreamProtocolNegotiationTimeout: NEGOTIATION_TIMEOUT_MS,
      inboundStreamProtocolNegotiationTimeout: NEGOTIATION_TIMEOUT_MS,
    },
    connectionGater: {
      // a page would refuse addresses of its own machine and of the local network
      denyDialMultiaddr: () => false,
      denyDialPeer: (id) => order.isBarred(id),
      denyInboundEncryptedConnection: isRefused,
      denyOutboundEncryptedConnection: (id) => ownsNoAddress(id) || order.isBarred(id),
      denyInboundUpgradedConnection: listen,
      denyOutboundUpgradedConnection: listen,
    },
    services: {
      ...platform.libp2p.services,
      identify: identify(),
      // tells neighbours when this node's addresses have changed, or what it can do
      identifyPush: identifyPush(),
      ping: ping(),
      pubsub: gossipsub(GOSSIP_OPTIONS),
      parts: libp2pParts,
      ...(options.dht === false ? {} : { dht: kadDHT(DHT_OPTIONS) }),
    },
    start: false,
  })
  try {
    await node.start()
  } catch (cause) {
    await Promise.resolve(node.stop()).catch(() => {})
    throw cannotListen(options.listen, whyNot(cause), cause)
  }
  // libp2p passes over what no transport listens on, as long as another address is listened on
  const deaf = options.listen.filter((address) => !canListen(node, address))
  if (deaf.length === 0) return await libp2pNetwork({ node, logger, hearing, order, platform }, options)
  await node.stop()
  throw cannotListen(deaf, 'no transport of this node does')
}

const canListen = (node: GolemNode, address: string): boolean =>
  node.services.parts.transportManager.listenTransportForMultiaddr(parseAddress(address)) !== undefined

/** libp2p tells of all addresses in one text, with where in its code each failed. */
function whyNot(cause: unknown): string {
  const text = String(cause)
  if (text.includes('EADDRINUSE')) return 'a port is taken'
  if (text.includes('EACCES')) return 'this user may not'
  return text.includes('EADDRNOTAVAIL') ? 'this machine has no such address' : reasonOf(cause)
}

const cannotListen = (addresses: readonly string[], why: string, cause?: unknown) =>
  new GolemError({
    code: 'LISTEN_FAILED',
    message: `The node cannot listen on ${addresses.join(', ')}: ${why}.`,
    remedy: 'Choose another port, or end the program that holds it.',
    ...(cause === undefined ? {} : { cause }),
  })
