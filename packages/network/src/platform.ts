import type { Libp2pOptions } from 'libp2p'

/** What a machine or a page has of its own, and libp2p is built from. */
export type Platform = Required<Pick<Libp2pOptions, 'transports' | 'connectionEncrypters' | 'peerDiscovery'>>

export type PlatformOptions = {
  listen: readonly string[]
  mdns: boolean
  psk?: Uint8Array
}
