import type { GossipSub } from '@libp2p/gossipsub'
import type { Libp2p } from '@libp2p/interface'

/** A libp2p node with what this room needs of it, whatever its transports. */
export type GolemNode = Libp2p<{ pubsub: GossipSub }>
