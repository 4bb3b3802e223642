import { createHash } from 'node:crypto'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webRTC, webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { createIceServers } from '../ice-servers.ts'
import type { Platform, PlatformOptions } from '../platform.ts'
import { isOnOwnNetwork } from './own-networks.ts'
import { serveStun } from './serve-stun.ts'
import { watchInterfaces } from './watch-interfaces.ts'

/**
 * What Node can: TCP, WebSocket, WebRTC, relayed connections, multicast DNS, UPnP. TLS comes first because it costs half
 * of what noise does (2.4 against 4 CPU seconds a GB); browsers agree on noise.
 */
export async function nodePlatform({ mdns, upnp, psk }: PlatformOptions): Promise<Platform> {
  const iceServers = createIceServers()
  return {
    libp2p: {
      transports: [
        tcp(),
        webSockets(),
        circuitRelayTransport(),
        webRTC(iceServers.rtc),
        // it passes by the key of a private grid, and would let everybody in
        ...(psk === undefined ? [webRTCDirect(iceServers.rtc)] : []),
      ],
      connectionEncrypters: [tls(), noise()],
      // multicast takes sockets and memory that most nodes have no use for
      peerDiscovery: mdns ? [(await import('@libp2p/mdns')).mdns({ serviceTag: serviceTag(psk) })] : [],
      // peers outside try what the router forwards before it counts
      services: upnp ? { upnp: (await import('@libp2p/upnp-nat')).uPnPNAT({ autoConfirmAddress: true }) } : {},
    },
    iceServers,
    isOnOwnNetwork,
    serveStun,
    watchInterfaces,
  }
}

/** Only Golem's nodes are looked for, not every libp2p program of the local network, and only those of the same grid. */
function serviceTag(psk: Uint8Array | undefined): string {
  if (psk === undefined) return '_golem._udp.local'
  const name = createHash('sha256').update('golem/mdns/1').update(psk).digest('hex').slice(0, 8)
  return `_golem-${name}._udp.local`
}
