import { createHash } from 'node:crypto'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webRTC, webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import type { Platform, PlatformOptions } from '../platform.ts'
import { rtcOptions } from '../rtc-options.ts'

/**
 * What Node can: TCP, WebSocket, WebRTC, relayed connections, multicast DNS. TLS comes first because it costs half of
 * what noise does (2.4 against 4 CPU seconds a GB); browsers agree on noise.
 */
export async function nodePlatform({ mdns, psk }: PlatformOptions): Promise<Platform> {
  return {
    transports: [
      tcp(),
      webSockets(),
      circuitRelayTransport(),
      webRTC(rtcOptions()),
      // it passes by the key of a private grid, and would let everybody in
      ...(psk === undefined ? [webRTCDirect(rtcOptions())] : []),
    ],
    connectionEncrypters: [tls(), noise()],
    // multicast takes sockets and memory that most nodes have no use for
    peerDiscovery: mdns ? [(await import('@libp2p/mdns')).mdns({ serviceTag: serviceTag(psk) })] : [],
  }
}

/** Only Golem's nodes are looked for, not every libp2p program of the local network, and only those of the same grid. */
function serviceTag(psk: Uint8Array | undefined): string {
  if (psk === undefined) return '_golem._udp.local'
  const name = createHash('sha256').update('golem/mdns/1').update(psk).digest('hex').slice(0, 8)
  return `_golem-${name}._udp.local`
}
