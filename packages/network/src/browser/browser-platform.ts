import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { noise } from '@libp2p/noise'
import { webRTC, webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { createIceServers } from '../ice-servers.ts'
import type { Platform, PlatformOptions } from '../platform.ts'

/** What a page can: dial by WebSocket and WebRTC, and be reached through a relay. */
export function browserPlatform({ psk }: PlatformOptions): Platform {
  const iceServers = createIceServers()
  return {
    libp2p: {
      transports: [
        webSockets(),
        circuitRelayTransport(),
        webRTC(iceServers.rtc),
        ...(psk === undefined ? [webRTCDirect(iceServers.rtc)] : []),
      ],
      connectionEncrypters: [noise()],
      peerDiscovery: [],
    },
    iceServers,
    // a page is not told
    isOnOwnNetwork: () => false,
  }
}
