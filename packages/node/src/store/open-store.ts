import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Store } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import { migrate } from './schema.ts'
import { storeFailed } from './store-failed.ts'

/** How long an ending daemon may still hold the file. */
const LOCK_WAIT_MS = 1_000

/**
 * Opens the state file of a node, and makes it and its folder where there is none. It stays locked until it is closed
 * or its process ends, however that ends: the lock is the kernel's, so that there is nothing stale to clean up.
 *
 * Every commit is one transaction in SQLite's write-ahead log and is synced to the disk before it returns (about 5 ms
 * on an ordinary SSD), so that it outlives `kill -9` and a power cut.
 *
 * @throws {GolemError} `STORE_FAILED`, also later from every function: locked by another process, disk full,
 * unwritable, damaged, or written by a newer Golem
 *
 * @example
 * const store = openStore('/home/ann/.golem/state.sqlite')
 * store.commit([{ append: 'job/1', events: ['{"type":"created"}'] }, { put: 'jobs/1', value: '{}' }])
 */
export function openStore(path: string): Store {
  const database = open(path)
  const saying = <T>(work: () => T): T => {
    try {
      return work()
    } catch (cause) {
      throw cause instanceof GolemError ? cause : storeFailed(path, cause)
    }
  }

  const statements = {
    append: database.prepare('INSERT INTO events (stream, event) VALUES (?, ?)'),
    put: database.prepare('INSERT OR REPLACE INTO entries (key, value) VALUES (?, ?)'),
    remove: database.prepare('DELETE FROM entries WHERE key = ?'),
    read: database.prepare('SELECT event FROM events WHERE stream = ? ORDER BY id'),
    get: database.prepare('SELECT value FROM entries WHERE key = ?'),
    list: database.prepare('SELECT key, value FROM entries WHERE key >= ? AND key < ? ORDER BY key'),
  }

  return {
    commit: (changes) =>
      saying(() => {
        if (changes.length === 0) return
        database.exec('BEGIN IMMEDIATE')
        try {
          for (const change of changes) {
            if ('append' in change) for (const event of change.events) statements.append.run(change.append, event)
            else if ('put' in change) statements.put.run(change.put, change.value)
            else statements.remove.run(change.remove)
          }
          database.exec('COMMIT')
        } catch (cause) {
          // SQLite rolls some failures back by itself, a full disk among them.
          if (database.isTransaction) database.exec('ROLLBACK')
          throw cause
        }
      }),
    read: (stream) => saying(() => statements.read.all(stream).map((row) => String(row.event))),
    get: (key) =>
      saying(() => {
        const row = statements.get.get(key)
        return row === undefined ? null : String(row.value)
      }),
    // U+10FFFF is no character: no key holds it.
    list: (prefix) =>
      saying(() =>
        statements.list
          .all(prefix, `${prefix}\u{10ffff}`)
          .map((row) => ({ key: String(row.key), value: String(row.value) })),
      ),
    close: () => {
      if (database.isOpen) saying(() => database.close())
    },
  }
}

function open(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS })
    // Exclusive locking comes first: it makes the log's index live in memory and the lock last.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    migrate(database, path)
    // Takes the lock for good, and says at once where the file cannot be written.
    database.exec('BEGIN EXCLUSIVE; COMMIT;')
    chmodSync(path, 0o600)
    return database
  } catch (cause) {
    database?.close()
    throw cause instanceof GolemError ? cause : storeFailed(path, cause)
  }
}
