import { GolemError } from '@golem/protocol'

/** Primary result codes of SQLite: https://sqlite.org/rescode.html */
const REASONS: Readonly<Record<number, readonly [what: string, remedy: string]>> = {
  5: ['is in use by another Golem process', 'End it with `golem down`, or choose another folder for this one.'],
  8: ['cannot be written: it is read-only', 'Give this user write access to the file and its folder.'],
  10: ['cannot be written or read: the disk answers with an error', 'Free some space and check the disk.'],
  11: ['is damaged', 'Restore it from a backup, or move it away to begin anew.'],
  13: ['cannot be written: the disk is full', 'Free some space and start again; nothing that was saved is lost.'],
  14: ['cannot be opened', 'Check that its folder exists and that this user may write there.'],
  26: ['is no Golem state file', 'Move it away, or choose another folder.'],
}

/** What a person is told when the state file does not do its work. */
export function storeFailed(path: string, cause: unknown): GolemError {
  const extended = cause !== null && typeof cause === 'object' && 'errcode' in cause ? Number(cause.errcode) : 0
  const [what, remedy] = REASONS[extended & 0xff] ?? [
    `failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Check the disk and the folder of the file.',
  ]
  return new GolemError({
    code: 'STORE_FAILED',
    message: `The state file ${path} ${what}.`,
    remedy,
    data: { path, sqliteCode: extended },
    cause,
  })
}
