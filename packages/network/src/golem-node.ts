import type { GossipSub } from '@libp2p/gossipsub'
import type { Libp2p } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import type { Libp2pParts } from './libp2p-parts.ts'

/** A libp2p node with what this room needs of it, whatever its transports. */
export type GolemNode = Libp2p<{ pubsub: GossipSub; parts: Libp2pParts; dht?: KadDHT }>
