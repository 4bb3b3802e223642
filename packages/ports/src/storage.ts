import type { Cid, PeerContact } from '@golem/protocol'

export type FetchOptions = {
  /** Asked in turn until one has it. */
  from: readonly PeerContact[]
  /** A larger tree is refused. */
  maxBytes: number
  signal?: AbortSignal
}
export type AddedContent = { cid: Cid; sizeBytes: number }

/** Files and folders by what they contain: equal bytes have equal CIDs. */
export type Storage = {
  /** Adds a file or a folder of the disk. Links are refused. @throws {GolemError} `STORAGE_FULL`, `FILE_MISSING` */
  addPath(path: string, options?: { signal?: AbortSignal }): Promise<AddedContent>
  addBytes(bytes: Uint8Array): Promise<AddedContent>
  /** Whether the whole tree is here. */
  has(cid: Cid): Promise<boolean>
  /** Fetches what is missing, every block verified on arrival. @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE` */
  fetch(cid: Cid, options: FetchOptions): Promise<void>
  /** Reads a file that is here, whole. @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE` */
  readFile(cid: Cid, options: { maxBytes: number }): Promise<Uint8Array>
  /** Writes a tree that is here to the disk; `target` must not exist. Never half: it appears whole or not at all. */
  materialise(cid: Cid, target: string, options?: { signal?: AbortSignal }): Promise<void>
  /** Keeps a tree from eviction until every owner let go of it. */
  pin(cid: Cid, owner: string): Promise<void>
  unpin(owner: string): Promise<void>
  stop(): Promise<void>
}
