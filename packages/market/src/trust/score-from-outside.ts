import { reputationOf } from './reputation.ts'
import { NO_RECORD, noteFact } from './track-record.ts'

/** What came of a provider's work. */
export type WorkDone = { accepted: number; acceptedWei: bigint; rejectedWei: bigint }

/**
 * Which share of a provider's next work a requestor would expect to be good, had it seen all of it and checked what it
 * accepted: the same reckoning by which others are judged. 1/2 of whoever has done nothing.
 */
export function scoreFromOutside({ accepted, acceptedWei, rejectedWei }: WorkDone): number {
  const fact = { atMs: 0, isProven: false }
  const good = noteFact(NO_RECORD, { ...fact, kind: 'accepted', valueWei: acceptedWei, isProven: true })
  const record = noteFact(good, { ...fact, kind: 'rejected', valueWei: rejectedWei })
  const payWei = Number(acceptedWei) / Math.max(1, accepted)
  return reputationOf([{ record, isOwn: true }], { nowMs: 0, payWei }).score
}
