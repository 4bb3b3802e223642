/** One change; a list of them is applied whole or not at all. Values are JSON text. */
export type StoreChange =
  | { append: string; events: readonly string[] }
  | { put: string; value: string }
  | { remove: string }

/** What a node must not lose. */
export type Store = {
  /** Durable when it returns: on disk, not in a cache. @throws {GolemError} `STORE_FAILED` */
  commit(changes: readonly StoreChange[]): void
  /** Events of a stream, oldest first. */
  read(stream: string): string[]
  get(key: string): string | null
  /** Entries whose key begins with `prefix`, ordered by key. */
  list(prefix: string): { key: string; value: string }[]
  close(): void
}
