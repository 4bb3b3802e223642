import type { Cid, PeerContact } from '@golem/protocol'

export type FetchOptions = {
  /** Asked several at once; each brings what the others do not. */
  from: readonly PeerContact[]
  /** A larger tree is refused. */
  maxBytes: number
  signal?: AbortSignal
}
export type SealOptions = {
  /**
   * 32 bytes: content is sealed with it as it is added, and opened as it is written out. Sealed content is stored, sent
   * and fetched like any other, and tells its sizes to those who have no key. Equal content has equal CIDs under one key.
   */
  contentKey?: Uint8Array
  signal?: AbortSignal
}
export type AddedContent = { cid: Cid; sizeBytes: number }

/** Files and folders by what they contain: equal bytes have equal CIDs. */
export type Storage = {
  /**
   * Adds a file or a folder of the disk; names and bytes count, times and modes do not.
   *
   * @throws {GolemError} `STORAGE_FULL`, `FILE_MISSING`, `FILE_REFUSED` for links, devices and odd names
   */
  addPath(path: string, options?: SealOptions): Promise<AddedContent>
  addBytes(bytes: Uint8Array): Promise<AddedContent>
  /** Whether the whole tree is here. */
  has(cid: Cid): Promise<boolean>
  /**
   * Fetches what is missing, every block verified on arrival. What arrived before it fails is kept for the next try.
   *
   * @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE`, `STORAGE_FULL`, `CONTENT_REFUSED` for a tree that no
   * disk should get: names that leave their folder, links, sizes that lie
   */
  fetch(cid: Cid, options: FetchOptions): Promise<void>
  /** Reads a file that is here, whole. @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE` */
  readFile(cid: Cid, options: { maxBytes: number }): Promise<Uint8Array>
  /**
   * Writes a tree that is here to the disk; `target` must not exist. Never half: it appears whole or not at all.
   *
   * @throws {GolemError} `CONTENT_UNAVAILABLE`, `TARGET_EXISTS`, `CONTENT_KEY_WRONG`
   */
  materialise(cid: Cid, target: string, options?: SealOptions): Promise<void>
  /** Keeps a tree from eviction until every owner let go of it, here already or not. Whole and pinned, it outlives a power cut. */
  pin(cid: Cid, owner: string): Promise<void>
  unpin(owner: string): Promise<void>
  stop(): Promise<void>
}
