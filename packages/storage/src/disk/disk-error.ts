import { GolemError } from '@golem/protocol'
import { storageFull } from '../content-errors.ts'

/** Words for what a disk answers. */
export function diskError(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return storageFull(`no space is left on the disk for ${path}`, 'Free some space on it.')
  }
  if (['EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOTDIR', 'EMFILE'].includes(code)) {
    return new GolemError({
      code: 'STORAGE_FAILED',
      message: `The disk refuses ${path}: ${code}.`,
      remedy: 'Give this user write access to the folder, and check the disk.',
      data: { path, code },
      cause,
    })
  }
  return cause
}
