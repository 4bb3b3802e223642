import type { Bytes32, ChannelKey, Terms } from '@golem/protocol'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, agreementOf, openAttempts } from './job-state.ts'

export const channelOf = (terms: Terms): ChannelKey => ({
  requestor: terms.requestor,
  payee: terms.payee,
  author: terms.author,
  royaltyBps: terms.royaltyBps,
})

/** Ends one attempt that is not judged; what it would have cost is free again. */
export function dropAttempt(desk: JobDesk, attempt: Attempt, code: string, message: string): void {
  const agreement = desk.state.agreements.get(attempt.agreement)
  if (agreement) desk.services.treasury.release(channelOf(agreement.terms), attempt.priceWei)
  const atMs = desk.services.clock.now()
  desk.record([{ type: 'dropped', atMs, agreement: attempt.agreement, index: attempt.index, code, message }])
}

/** Ends every open attempt of a provider; the work goes to others. */
export function dropAll(desk: JobDesk, id: Bytes32, code: string, message: string): void {
  const { services, state } = desk
  const atMs = services.clock.now()
  const open = openAttempts(state).filter((attempt) => attempt.agreement === id)
  const lost = code === 'PROVIDER_LOST' ? open.filter((attempt) => attempt.state === 'running') : open
  if (lost.length === 0) return
  for (const attempt of lost) services.treasury.release(channelOf(agreementOf(state, id).terms), attempt.priceWei)
  desk.record(lost.map(({ index }) => ({ type: 'dropped', atMs, agreement: id, index, code, message })))
}

/** Gives a provider no more work in this job, and takes back what it has. */
export function exclude(desk: JobDesk, id: Bytes32, reason: string): void {
  const agreement = desk.state.agreements.get(id)
  if (!agreement || agreement.excluded) return
  desk.record([{ type: 'excluded', atMs: desk.services.clock.now(), agreement: id, reason }])
  for (const attempt of openAttempts(desk.state)) {
    if (attempt.agreement === id) desk.links.get(id)?.link.send({ type: 'cancel', index: attempt.index })
  }
  dropAll(desk, id, 'PROVIDER_EXCLUDED', reason)
}
