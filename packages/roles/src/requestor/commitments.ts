import { replicaCommitment } from '@golem/market'
import { type Bytes32, commitmentOf } from '@golem/protocol'
import { exclude } from './attempts.ts'
import type { JobDesk } from './job-desk.ts'
import {
  type Attempt,
  agreementOf,
  attemptKey,
  checkOf,
  copiesOf,
  isAwaited,
  openAttempts,
  subtaskOf,
} from './job-state.ts'

/** A provider says that it has computed a replica, and what it is bound to. */
export function onCommitted(desk: JobDesk, id: Bytes32, index: number, commitment: Bytes32): void {
  const attempt = desk.state.attempts.get(attemptKey(id, index))
  if (!isAwaited(attempt) || checkOf(desk.state).by !== 'replicas') return
  if (attempt.commitment !== null && attempt.commitment !== commitment) {
    exclude(desk, id, 'It committed itself twice, to different results.')
    return
  }
  if (attempt.commitment === null)
    desk.record([{ type: 'committed', atMs: desk.services.clock.now(), agreement: id, index, commitment }])
  askToShow(desk, subtaskOf(desk.state, attempt.subtask).family)
}

/** Nobody shows what others could copy before they have committed themselves, and enough of them. */
export function askToShow(desk: JobDesk, family: string): void {
  const { strategy } = checkOf(desk.state)
  const ids = new Set(copiesOf(desk.state, family).map(({ subtask }) => subtask.id))
  const open = openAttempts(desk.state).filter(({ subtask }) => ids.has(subtask))
  if (strategy.kind !== 'replicate' || open.length < strategy.agreeing) return
  if (open.some(({ state }) => state === 'running')) return
  for (const { agreement, index, state } of open) {
    const notes = desk.links.get(agreement)
    if (state !== 'committed' || !notes || notes.askedToShow.has(index)) continue
    if (notes.link.send({ type: 'show', index })) notes.askedToShow.add(index)
  }
}

/** Whether a delivery may come now: of a replica, where it is what its provider had committed itself to. */
export function isAsCommitted(desk: JobDesk, attempt: Attempt, delivered: Parameters<typeof commitmentOf>[0]): boolean {
  if (checkOf(desk.state).by !== 'replicas') return true
  const salt = desk.links.get(attempt.agreement)?.salts.get(attempt.index)
  const { provider } = agreementOf(desk.state, attempt.agreement).terms
  return salt !== undefined && attempt.commitment === replicaCommitment(commitmentOf(delivered), provider, salt)
}
