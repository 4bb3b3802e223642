import { credibleWallMs, measuredMsPerUnit } from '@golem/market'
import type { RejectionEvidence, Verdict } from '@golem/protocol'
import { dropAttempt, dropAttempts, exclude, letGo } from './attempts.ts'
import { channelOf } from './channel-of.ts'
import { sendVoucher } from './conversation.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, agreementOf, openAttempts, subtaskOf } from './job-state.ts'
import type { Look } from './look.ts'

/** Another provider was first. */
export function isSuperfluous(desk: JobDesk, attempt: Attempt): boolean {
  if (attempt.state !== 'delivered') return true
  if (!subtaskOf(desk.state, attempt.subtask).accepted) return false
  dropAttempt(desk, attempt, 'CANCELLED', 'Another provider was first.')
  return true
}

/** `isUnseen`: nothing of it was done again. `look`: how the application looked at it; null where the daemon does. */
export type Judged = { attempt: Attempt; how: string; isUnseen: boolean; look: Look | null }

/** Accepts deliveries of one agreement: one commit and one voucher for all of them. */
export function accept(desk: JobDesk, judged: readonly Judged[]): void {
  const { services, state } = desk
  const [first] = judged
  if (first === undefined) return
  const { id, terms } = agreementOf(state, first.attempt.agreement)
  const channel = channelOf(terms)
  const attempts = judged.map(({ attempt }) => attempt)
  const sumWei = attempts.reduce((sum, { priceWei }) => sum + priceWei, 0n)
  const { changes, made } = services.treasury.promise(channel, sumWei)
  const atMs = services.clock.now()
  desk.record(
    judged.map(({ attempt: { index }, how, isUnseen }) => {
      return { type: 'accepted', atMs, agreement: id, index, how, ...(isUnseen ? { unseen: true } : {}) } as const
    }),
    [...changes, services.courier.owes(state.request.id, id)],
  )
  made()
  for (const { attempt, look } of judged) services.audits?.add(desk, attempt, look)
  services.treasury.release(channel, sumWei)
  sendVoucher(
    desk,
    id,
    attempts.map(({ index }) => index),
  )
  noteSpeed(desk, attempts)
  const done = new Set(attempts.map(({ subtask }) => subtask))
  const others = openAttempts(state).filter(({ subtask }) => done.has(subtask))
  dropAttempts(desk, others, 'CANCELLED', 'Another provider was first.')
}

/** By what all of them took together: what is delivered at once was computed one after another. */
function noteSpeed(desk: JobDesk, attempts: readonly Attempt[]): void {
  const notes = attempts[0] && desk.links.get(attempts[0].agreement)
  if (!notes) return
  notes.failures = 0
  notes.losses = 0
  let meteredMs = 0
  let units = 0
  let fromMs = Number.POSITIVE_INFINITY
  let untilMs = 0
  for (const { delivery, startedAtMs, subtask } of attempts) {
    if (delivery === null) continue
    meteredMs += delivery.usage.wallMs
    units += subtaskOf(desk.state, subtask).subtask.units
    fromMs = Math.min(fromMs, startedAtMs ?? delivery.atMs)
    untilMs = Math.max(untilMs, delivery.atMs)
  }
  if (units === 0) return
  const lanes = Math.min(notes.cores, attempts.length)
  const wallMs = credibleWallMs({ meteredMs, elapsedMs: Math.max(1, untilMs - fromMs) * lanes })
  notes.msPerUnit = measuredMsPerUnit(notes.msPerUnit, { wallMs, units })
}

/** `shown`: what `keepVerdict` kept for the provider; `look`: as for what is accepted. */
export function reject(
  desk: JobDesk,
  attempt: Attempt,
  verdict: Verdict & { accepted: false },
  { shown, look }: { shown: RejectionEvidence; look: Look | null },
): void {
  const { services, state } = desk
  const agreement = agreementOf(state, attempt.agreement)
  const { code, message, evidence } = verdict
  const atMs = services.clock.now()
  const { id } = agreement
  desk.record([{ type: 'rejected', atMs, agreement: id, index: attempt.index, code, message, evidence, shown }])
  services.treasury.release(channelOf(agreement.terms), attempt.priceWei)
  services.audits?.add(desk, attempt, look)
  letGo(desk, attempt)
  const reason = { code, message }
  desk.links.get(id)?.link.send({ type: 'reject', index: attempt.index, reason, evidence: shown })
  services.logger.warn({ job: state.request.id, peer: agreement.terms.provider, code, message }, 'rejected')
  exclude(desk, id, `${attempt.subtask}: ${message}`)
}
