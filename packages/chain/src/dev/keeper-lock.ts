import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A lock that the kernel releases with its process, however that ends: SQLite holds an exclusive lock on the file.
 *
 * @param giveUp asked while another holds it
 * @returns what releases it, or null when given up
 */
export async function acquireKeeperLock(path: string, giveUp: () => boolean): Promise<(() => void) | null> {
  const database = new DatabaseSync(path)
  for (;;) {
    try {
      database.exec('BEGIN EXCLUSIVE')
      return () => database.close()
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    if (giveUp()) {
      database.close()
      return null
    }
    await sleep(20)
  }
}

const SQLITE_BUSY = 5
const isBusy = (error: unknown) => error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
