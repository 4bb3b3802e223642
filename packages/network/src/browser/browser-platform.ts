import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { noise } from '@libp2p/noise'
import { webRTC, webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import type { Platform, PlatformOptions } from '../platform.ts'
import { rtcOptions } from '../rtc-options.ts'

/** What a page can: dial by WebSocket and WebRTC, and be reached through a relay. */
export function browserPlatform({ psk }: PlatformOptions): Platform {
  return {
    transports: [
      webSockets(),
      circuitRelayTransport(),
      webRTC(rtcOptions()),
      ...(psk === undefined ? [webRTCDirect(rtcOptions())] : []),
    ],
    connectionEncrypters: [noise()],
    peerDiscovery: [],
  }
}
