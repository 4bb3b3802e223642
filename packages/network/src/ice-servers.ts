import type { WebRTCTransportInit } from '@libp2p/webrtc'

/**
 * Where WebRTC asks how its router shows it: at the relays in sight, as they come and go. libp2p would ask public servers
 * of others by default; no node of Golem asks strangers by itself.
 */
export type IceServers = {
  set(urls: readonly string[]): void
  readonly rtc: Required<Pick<WebRTCTransportInit, 'rtcConfiguration'>>
}

/** More cost time, and say the same. */
const MAX_SERVERS = 2

export function createIceServers(): IceServers {
  let urls: readonly string[] = []
  return {
    set(next) {
      urls = next.slice(0, MAX_SERVERS)
    },
    rtc: { rtcConfiguration: () => ({ iceServers: urls.length === 0 ? [] : [{ urls: [...urls] }] }) },
  }
}
