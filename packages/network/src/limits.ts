/** Bounds of this room. Each says what it protects; a peer that passes one loses the stream, never the node. */

/** Connections in all, before the least used are closed. */
export const MAX_CONNECTIONS = 200
/** Of these, such as come from peers that own no address. */
export const MAX_OTHERS = 32
/** New connections a second from one host; ten nodes of one machine may start at once. */
export const MAX_INBOUND_CONNECTIONS_PER_S = 32
/** Inbound connections that have not yet proven who they are. */
export const MAX_PENDING_CONNECTIONS = 32
/** Streams that one connection may hold open for one protocol, in each direction. */
export const MAX_STREAMS_PER_PROTOCOL = 32
/** Streams that a peer may open before this side has finished the handshake; at one more the connection is closed. */
export const MAX_EARLY_STREAMS = 128
/** Connections below which a node looks for more: with one it falls off the grid when that peer leaves. */
export const TARGET_PEERS = 8

/** What libp2p remembers of peers and of who has what content; the longest untouched goes first. */
export const DATASTORE_ENTRIES = 16_384

export const DIAL_TIMEOUT_MS = 10_000
/** For one address of a peer that has several. */
export const ADDRESS_DIAL_TIMEOUT_MS = 4_000
/** For asking the hash table where a peer is. */
export const LOOKUP_TIMEOUT_MS = 4_000
/** Until both ends agree on the stream's protocol. */
export const NEGOTIATION_TIMEOUT_MS = 10_000

/**
 * What a stream may have in flight unread. Bounds memory at the receiver: a paused reader still takes in one window,
 * so the transport's own read buffer must be larger, or a slow reader would break the stream.
 */
export const STREAM_WINDOW_BYTES = 4 * 1024 * 1024
export const STREAM_READ_BUFFER_BYTES = 2 * STREAM_WINDOW_BYTES
/** Whole messages waiting for their reader; past this the sender is held back. */
export const RECEIVE_QUEUE_BYTES = 1024 * 1024
/** Messages waiting for their reader, for streams of tiny ones. */
export const RECEIVE_QUEUE_MESSAGES = 1024
/** For the other side to take anything of what is sent; then the channel breaks off. */
export const TAKE_TIMEOUT_MS = 60_000
/** For whoever opened a stream to say something, or to be told something, on it. */
export const FIRST_WORD_MS = 30_000
/** Messages of one peer, over all its streams: a steady rate and a burst; then it is held back. */
export const MESSAGES_PER_PEER = { perS: 2_000, burst: 8_000 } as const
/** Streams that one peer opens: a steady rate and a burst; then they wait. */
export const STREAMS_PER_PEER = { perS: 100, burst: 400 } as const
/** Peers whose rates are remembered. */
export const PACED_PEERS = 4_096
/** A peer that would have to be held back for so long floods. */
export const FLOOD_MS = 2_000
/** What may lie unread of one peer, and of all; past it the heaviest peer's streams are broken off. */
export const HELD_BYTES_PER_PEER = 64 * 1024 * 1024
export const HELD_BYTES = 256 * 1024 * 1024
/** For what is still unsent when a channel closes; then it breaks off. */
export const CLOSE_TIMEOUT_MS = 10_000
/** For the other side to close too, where nobody reads any more; then the stream is broken off and its memory freed. */
export const CLOSE_LINGER_MS = 10_000

/** One gossiped message. Demands have about a kilobyte. */
export const GOSSIP_MESSAGE_BYTES = 64 * 1024
/** Gossip that one author may hand to this node: a steady rate and a burst. The rest is neither handled nor passed on. */
export const GOSSIP_PER_AUTHOR = { perS: 10, burst: 50 } as const
/** Gossip that one neighbour may hand to this node, whoever wrote it. */
export const GOSSIP_PER_NEIGHBOUR = { perS: 200, burst: 400 } as const
/** Peers whose gossip rate is remembered. */
export const GOSSIP_BUCKETS = 4096

/** Peers named in one answer of the peer exchange. */
export const EXCHANGED_PEERS = 32
export const PEER_EXCHANGE_BYTES = 64 * 1024
/** Peers remembered to be dialled when connections are lost. */
export const KNOWN_PEERS = 128
