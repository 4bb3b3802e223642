import type { DatabaseSync } from 'node:sqlite'
import { GolemError } from '@golem/protocol'

/** "Glm1" as a number: tells our files from those of others. */
const APPLICATION_ID = 0x476c6d31

/** Step n brings a file of version n to version n + 1. Steps that have shipped are never changed, only added to. */
const STEPS: readonly string[] = [
  `CREATE TABLE events (id INTEGER PRIMARY KEY, stream TEXT NOT NULL, event TEXT NOT NULL) STRICT;
   CREATE INDEX events_by_stream ON events (stream);
   CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
   PRAGMA application_id = ${APPLICATION_ID};`,
]

/**
 * Makes the tables of a new file and brings an older one up to date, whole or not at all.
 *
 * @throws {GolemError} `STORE_FAILED` for a file of a newer Golem or of another program
 */
export function migrate(database: DatabaseSync, path: string): void {
  const version = numberOf(database, 'user_version')
  const isEmpty = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0
  if (!isEmpty && numberOf(database, 'application_id') !== APPLICATION_ID) {
    throw refused(path, 'belongs to another program', 'Move it away, or choose another folder.')
  }
  if (version > STEPS.length) {
    throw refused(
      path,
      `was written by a newer Golem (version ${version}; this one knows ${STEPS.length})`,
      'Update Golem.',
    )
  }
  for (const [from, step] of STEPS.entries()) {
    if (from >= version) database.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${from + 1}; COMMIT;`)
  }
}

const numberOf = (database: DatabaseSync, pragma: string): number =>
  Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0)

const refused = (path: string, what: string, remedy: string): GolemError =>
  new GolemError({ code: 'STORE_FAILED', message: `The state file ${path} ${what}.`, remedy, data: { path } })
