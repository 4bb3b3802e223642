import type { Libp2pOptions } from 'libp2p'
import type { IceServers } from './ice-servers.ts'

/** What a machine or a page has of its own. */
export type Platform = {
  readonly libp2p: Required<Pick<Libp2pOptions, 'transports' | 'connectionEncrypters' | 'peerDiscovery'>> &
    Pick<Libp2pOptions, 'services'>
  readonly iceServers: IceServers
  /** Whether a host is in one of this machine's networks. */
  readonly isOnOwnNetwork: (host: string) => boolean
  /** Left out where nobody could dial it. Listens by UDP; null where the port is taken. */
  readonly serveStun?: (at: { host: string; port: number }) => Promise<(() => void) | null>
  /** Tells when the machine's addresses have changed; returns what ends that. */
  readonly watchInterfaces?: (onChange: () => void) => () => void
}

export type PlatformOptions = {
  mdns: boolean
  upnp?: boolean
  psk?: Uint8Array
}
