import { GolemError } from '@golem/protocol/errors'

export type Problem = { code: string; message: string; remedy?: string | undefined }

/** What went wrong, for a person. Of defects no more than that. */
export function problemOf(error: unknown): Problem {
  if (error instanceof GolemError) return { code: error.code, message: error.message, remedy: error.remedy }
  if (isTold(error)) return error
  return { code: 'DEFECT', message: error instanceof Error ? error.message : String(error) }
}

/** As the daemon tells of one in a view. */
const isTold = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value && !(value instanceof Error)

export const isUnreachable = (error: unknown): boolean =>
  error instanceof GolemError && (error.code === 'API_UNREACHABLE' || error.code === 'API_SLOW')

export const isSignedOut = (error: unknown): boolean => error instanceof GolemError && error.code === 'TOKEN_INVALID'
