import type { LivenessOptions } from './liveness.ts'
import type { NetworkLogger } from './logger.ts'

export type NetworkComponents = {
  /** 32 bytes, secp256k1: the node's one identity. */
  privateKey: Uint8Array
  logger?: NetworkLogger
}

export type NetworkOptions = {
  /**
   * Where to listen; port 0 takes a free one: `/ip4/0.0.0.0/tcp/4001`, `/ip4/0.0.0.0/tcp/4002/ws`,
   * `/ip4/0.0.0.0/udp/4001/webrtc-direct`. A page listens nowhere.
   */
  listen: readonly string[]
  /** Peers to find the others through, tried until they answer, in any order of start. This node itself is skipped. */
  bootstrap: readonly string[]
  /** Finds peers of the local network without a bootstrap address. Not in a page. */
  mdns: boolean
  /** What to tell others instead of the addresses listened on, behind a router. */
  announce?: readonly string[]
  /** Asks the router to forward ports. Not in a page. Default: no. */
  upnp?: boolean
  /** Relays for peers that nobody can dial, once others have dialled this one. Not in a page. Default: yes. */
  serveRelay?: boolean
  /** Finds peers, and peers' addresses, by a distributed hash table. Default: yes. */
  dht?: boolean
  /** 32 bytes that all nodes of a private grid share: peers without them cannot even connect. */
  psk?: Uint8Array
  /**
   * Topics that this node passes on whether it handles them or not; demands where not said. Without it, requestors and
   * bootstrap nodes would be holes in the mesh: a leaf's demand would end there.
   */
  relay?: readonly string[]
  /** Connections below which the node looks for more; `TARGET_PEERS` where not said. */
  targetPeers?: number
  /**
   * Lets peers connect whose key owns no address, as other IPFS nodes' does, for protocols that are not ours; at most
   * `MAX_OTHERS` at once. Ours refuse them, and this node dials none of them.
   */
  admitOthers?: boolean
  /** When a silent peer is given up; `LIVENESS` where not said. */
  liveness?: LivenessOptions
}
