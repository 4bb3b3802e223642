/** Streams of one member at the host; each has one call at work, and the next is read after it. */
export const STREAMS_PER_MEMBER = 2
/** One call of the host to its chain. */
export const CALL_TIMEOUT_MS = 10_000
/** A member's calls on their way at once; more are refused. */
export const MAX_CALLS = 256
/** An answer of the host, on its way back included. */
export const ANSWER_TIMEOUT_MS = 15_000
/** How long a starting member waits for its host, which may be starting, too. */
export const HOST_PATIENCE_MS = 20_000
/** The faucet fills one member's wallet so often. */
export const FAUCET_PAUSE_MS = 60_000
/** Members whose last gift is remembered. */
export const MAX_GIFTS = 4_096
