import type { CID } from 'multiformats/cid'

/** Blocks that an operation needs until it ends; none of them is evicted. */
export type Hold = {
  add(cid: CID): void
  /** Idempotent. */
  end(): void
}

export type Usage = { blocks: number; usedBytes: number; maxBytes: number }

/** Verified blocks by their CID. Whoever puts one has computed or checked its hash. */
export type Blocks = {
  /** Null where it is not here. */
  sizeOf(cid: CID): number | null
  /** The bytes, checked against the CID. Null where it is not here; a spoiled one is removed and is not here either. */
  get(cid: CID): Promise<Uint8Array | null>
  /** Evicts where it must. @throws {GolemError} `STORAGE_FULL`, `STORAGE_FAILED` */
  put(cid: CID, bytes: Uint8Array, hold: Hold): Promise<void>
  hold(): Hold
  /** Marks as used just now. */
  touch(cid: CID): void
  /** Resolves when these blocks would outlive a power cut. */
  sync(cids: Iterable<CID>): Promise<void>
  /** Removes all that is neither pinned nor held. */
  clear(): Promise<{ blocks: number; bytes: number }>
  usage(): Usage
  /** Resolves when nothing is written or removed any more. */
  settle(): Promise<void>
}
