import { credibleWallMs, measuredMsPerUnit } from '@golem/market'
import type { RejectionEvidence, Verdict } from '@golem/protocol'
import { dropAttempts, exclude, letGo } from './attempts.ts'
import { channelOf } from './channel-of.ts'
import { sendVoucher } from './conversation.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, agreementOf, isAwaited, openAttempts, subtaskOf } from './job-state.ts'
import type { Look } from './look.ts'

/**
 * `isUnseen`: nothing of it was done again. `isUnused`: it is paid, and is no result. `look`: how the application looked at
 * it; null where the daemon does.
 */
export type Judged = { attempt: Attempt; how: string; isUnseen: boolean; isUnused?: boolean; look: Look | null }

/**
 * Accepts deliveries of one agreement: one commit and one voucher for all of them. Who computes the same, or has it ready, is
 * told to stop: nobody has seen anything of it.
 */
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
    judged.map(({ attempt: { index }, how, isUnseen, isUnused }) => {
      const unseen = isUnseen ? ({ unseen: true } as const) : {}
      const unused = isUnused ? ({ unused: true } as const) : {}
      return { type: 'accepted', atMs, agreement: id, index, how, ...unseen, ...unused } as const
    }),
    [...changes, services.courier.owes(state.request.id, id)],
  )
  made()
  for (const { attempt, look } of judged) services.audits?.add(desk, attempt, look)
  const isResult = (attempt: Attempt): boolean => subtaskOf(state, attempt.subtask).accepted?.attempt === attempt
  for (const attempt of attempts) if (!isResult(attempt)) letGo(desk, attempt)
  services.treasury.release(channel, sumWei)
  sendVoucher(
    desk,
    id,
    attempts.map(({ index }) => index),
  )
  noteSpeed(desk, attempts)
  const done = new Set(attempts.filter(isResult).map(({ subtask }) => subtask))
  const others = openAttempts(state).filter((attempt) => isAwaited(attempt) && done.has(attempt.subtask))
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
  for (const { delivery, startedAtMs, readyAtMs, subtask } of attempts) {
    if (delivery === null) continue
    meteredMs += delivery.usage.wallMs
    units += subtaskOf(desk.state, subtask).subtask.units
    fromMs = Math.min(fromMs, startedAtMs ?? delivery.atMs)
    untilMs = Math.max(untilMs, readyAtMs ?? delivery.atMs)
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
