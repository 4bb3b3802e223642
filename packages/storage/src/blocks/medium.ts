export type StoredBlock = { key: string; sizeBytes: number; lastUsedMs: number }

/** Where blocks lie: a disk, a browser's storage, or memory. Keys are CIDs as text; what stays and goes is decided above. */
export type BlockMedium = {
  /** What lies there from before. */
  readonly stored: Iterable<StoredBlock>
  /** What a block of so many bytes takes up. */
  footprint(sizeBytes: number): number
  /** Null where it is gone or has another size. Need not be what was written: the hash is checked above. */
  read(key: string, sizeBytes: number): Promise<Uint8Array | null>
  /** Whole or not at all. @throws {GolemError} `STORAGE_FULL`, `STORAGE_FAILED` */
  write(key: string, bytes: Uint8Array): Promise<void>
  /** Idempotent; does not throw. */
  remove(key: string): Promise<void>
  /** Remembers over a restart when a block was used; does not throw. */
  touch(key: string, lastUsedMs: number): Promise<void>
  /** Resolves when these would outlive a power cut, as far as this medium can. */
  sync(keys: readonly string[]): Promise<void>
}
