import type { Status } from '@golem/api'
import { listRejections, recordKeys } from '@golem/roles'
import type { DaemonParts } from './daemon-parts.ts'

/** So many are told of. */
const MAX_TOLD = 6

/** The last rejections on either side: what this node rejected, and what of its work others rejected. */
export function recentRejections({
  book,
  store,
  chain,
}: Pick<DaemonParts, 'book' | 'store' | 'chain'>): Status['rejections'] {
  const own = book
    .facts()
    .filter(({ body }) => body.kind === 'rejected')
    .slice(0, MAX_TOLD)
    .map(({ body: { subject, count, agreementId, evidence, atMs } }) => ({
      ...({ by: 'self', peer: subject, verdict: evidence, doubt: null, atMs } as const),
      what: `${count} ${count === 1 ? 'subtask' : 'subtasks'} under ${agreementId}`,
    }))
  const others = listRejections(store, recordKeys(chain.settlement))
    .slice(0, MAX_TOLD)
    .map(({ requestor, app, index, message, verdict, doubt, atMs }) => ({
      ...({ by: 'peer', peer: requestor, verdict, doubt, atMs } as const),
      what: `subtask ${index} of ${app}: ${message}`,
    }))
  return [...own, ...others].sort((a, b) => b.atMs - a.atMs).slice(0, MAX_TOLD)
}
