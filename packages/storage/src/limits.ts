/** Bounds of this room. Content that passes one is refused; a peer that passes one loses the transfer, never the node. */

const MIB = 1024 * 1024

/** A larger block is no block: IPFS's own bound. Ours have 1 MiB at most. */
export const MAX_BLOCK_BYTES = 2 * MIB
/** Files and folders of one tree, counted as they appear on a disk: a folder that is linked twice counts twice. */
export const MAX_TREE_ENTRIES = 100_000
/** Nodes between a root and its deepest leaf. A file of 1 TiB has 2 levels; the rest is for folders in folders. */
export const MAX_TREE_DEPTH = 64
/** What file systems take. */
export const MAX_NAME_BYTES = 255
/** The nodes of one fetched tree without the bytes of its files: 100,000 entries with long names. */
export const MAX_SKELETON_BYTES = 64 * MIB
/** Blocks of one fetched tree. */
export const MAX_TREE_BLOCKS = 1_000_000

/** Blocks named in one request. */
export const WANT_BLOCKS = 64
/** Requests that wait for their answers at once, so that a link is never idle between two of them. */
export const WANTS_IN_FLIGHT = 2
/** A request asks for so much as its source brings in this time: two of them fill a link, and a slow one holds nothing up. */
export const REQUEST_TARGET_MS = 500
/** Sources of one tree that are asked at once. */
export const SOURCES_AT_ONCE = 4
/** A source that sent no block for so long is cut off where another has nothing to do. */
export const PATIENCE_MS = 3_000
/** A source that serves others is asked again after this, for `STALL_TIMEOUT_MS` at most. */
export const BUSY_PAUSE_MS = 250
/** Blocks that a source may turn out to lack before it is left. */
export const MAX_LACKING = 1_000
/** Verified blocks on their way to the disk in one transfer; bounds its memory. */
export const WRITES_IN_FLIGHT = 8
/** Nodes below a wanted one that are sent unasked, so that a tree costs one round trip and its leaves another. */
export const EAGER_NODE_BYTES = MIB
/** Leaves that are sent unasked where there are no more than these: a small tree costs one round trip. */
export const EAGER_LEAF_BYTES = 256 * 1024

/** Fetches from one peer at once; others wait. */
export const FETCHES_PER_PEER = 4
/** Requests answered to one peer at once; further ones are told to come back. */
export const SERVED_PER_PEER = 8
export const SERVED_IN_ALL = 64
/** Lines of one source that break after they brought something, before it is left. */
export const MAX_BREAKS = 10
/** Rounds through all sources, as long as each brings something. */
export const MAX_ROUNDS = 10
/** A peer that neither sends nor takes anything for so long is given up. */
export const STALL_TIMEOUT_MS = 30_000

/** Requests to an HTTP gateway at once. */
export const GATEWAY_REQUESTS = 6

/** What other IPFS nodes may want of this one by Bitswap: blocks at once of one peer, and the list that names them. */
export const BITSWAP_WANTS = 1_024
export const BITSWAP_WANTLIST_BYTES = 256 * 1024
/** A message of answers is closed past either; others take messages of 4 MiB, and a block has 2 at most. */
export const BITSWAP_MESSAGE_BYTES = MIB
export const BITSWAP_PRESENCES = 1_024
/** Peers that are sent something at the same time; others wait. */
export const BITSWAP_PEERS_AT_ONCE = 16
/** Streams of one connection, in each direction. */
export const BITSWAP_STREAMS = 32
/** For how long a stream may bring nothing: kubo keeps one for many messages. */
export const BITSWAP_IDLE_MS = 300_000

/** For how long a channel waits for the next fetch from the same peer. Less than `STALL_TIMEOUT_MS`, when the other side gives it up. */
export const IDLE_CHANNEL_MS = 10_000

/** Decoded nodes in memory, counted by their links. */
export const CACHED_LINKS = 200_000
/** Past the limit, eviction goes on to this share of it, so that it does not run for every block. */
export const EVICT_TO = 0.9
/** A block's time of use is written to the disk at most so often. */
export const TOUCH_INTERVAL_MS = 3_600_000
/** Names of those who pin. */
export const MAX_OWNER_BYTES = 100
