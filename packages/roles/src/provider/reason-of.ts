import { GolemError } from '@golem/protocol'

export type Reason = { code: string; message: string }

/** What a requestor is told of a failure: the program's own words, or the bound that was passed, with its figures. */
export function reasonOf(error: unknown): Reason {
  if (!(error instanceof GolemError))
    return { code: 'PROVIDER_FAILED', message: 'The provider failed by its own fault.' }
  const details = error.code === 'SANDBOX_ENDED' ? endOf(error.data) : ''
  return { code: error.code.slice(0, 60), message: `${error.message}${details}`.slice(0, 2_000) }
}

/** The last that it printed, where no limit says why it ended. */
function endOf({ limit, logTail }: Record<string, unknown>): string {
  if (typeof limit === 'object' && limit !== null) return ''
  return typeof logTail === 'string' && logTail.trim() !== '' ? ` Its last words: ${logTail.trim().slice(-600)}` : ''
}
