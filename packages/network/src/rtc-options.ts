import type { WebRTCTransportInit } from '@libp2p/webrtc'

/** WebRTC without the public STUN servers that libp2p would ask by default: no node of Golem asks strangers by itself. */
export const rtcOptions = (): Pick<WebRTCTransportInit, 'rtcConfiguration'> => ({
  rtcConfiguration: () => ({ iceServers: [] }),
})
