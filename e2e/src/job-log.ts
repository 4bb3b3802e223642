import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export type LoggedEvent = { type: string; atMs: number; agreement?: string; index?: number; subtask?: string }

/** The events of a job as a daemon wrote them down. The daemon holds its own file, so a copy is read. */
export async function readJobLog(home: string, jobId: string): Promise<LoggedEvent[]> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-log-'))
  try {
    for (const end of ['', '-wal'])
      await copyFile(join(home, `state.db${end}`), join(folder, `state.db${end}`)).catch(() => {})
    const database = new DatabaseSync(join(folder, 'state.db'))
    try {
      const rows = database.prepare('SELECT event FROM events WHERE stream LIKE ? ORDER BY id').all(`%${jobId}%`)
      return rows.map(({ event }) => JSON.parse(String(event)))
    } finally {
      database.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
