import type { Bytes32 } from '@golem/protocol'

/** Randomness that nobody knows before its time: the hashes of a chain's blocks. Errors: `CHAIN_UNREACHABLE`. */
export type Beacon = {
  /** The newest block. */
  head(): Promise<number>
  /** A block's hash, once no reorganisation is expected to change it; null before. */
  hashOf(block: number): Promise<Bytes32 | null>
  /** On a chain that mines only when it is asked to: makes a block. Elsewhere nothing. */
  nudge(): Promise<void>
}
