import { GolemError } from '@golem/protocol'

export type Reason = { code: string; message: string }

/** What a requestor is told of a failure: the program's own words, or the bound that was passed, with its figures. */
export function reasonOf(error: unknown): Reason {
  if (!(error instanceof GolemError))
    return { code: 'PROVIDER_FAILED', message: 'The provider failed by its own fault.' }
  const details = error.code === 'SANDBOX_ENDED' ? endOf(error.data) : ''
  return { code: error.code.slice(0, 60), message: `${error.message}${details}`.slice(0, 2_000) }
}

/** How much it used of the limit that ended it, or the last that it printed. */
function endOf({ limit, logTail }: Record<string, unknown>): string {
  if (typeof limit === 'object' && limit !== null && 'name' in limit && 'used' in limit)
    return ` It used ${limit.used} (${limit.name}).`
  return typeof logTail === 'string' && logTail.trim() !== '' ? ` Its last words: ${logTail.trim().slice(-600)}` : ''
}
