import { GolemError } from '@golem/protocol/errors'

export type Problem = { code: string; message: string; remedy?: string | undefined }

/** What went wrong, for a person. Of defects no more than that. */
export function problemOf(error: unknown): Problem {
  if (error instanceof GolemError) return { code: error.code, message: error.message, remedy: error.remedy }
  return { code: 'DEFECT', message: error instanceof Error ? error.message : String(error) }
}

export const isUnreachable = (error: unknown): boolean =>
  error instanceof GolemError && (error.code === 'API_UNREACHABLE' || error.code === 'API_SLOW')

export const isSignedOut = (error: unknown): boolean => error instanceof GolemError && error.code === 'TOKEN_INVALID'
