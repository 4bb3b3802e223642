import { credibleWallMs, measuredMsPerUnit } from '@golem/market'
import { asCid, type Bytes32, GolemError, isOwnDefect, type Verdict } from '@golem/protocol'
import { dropAttempt, exclude, letGo, noteFailure, outputsOwner } from './attempts.ts'
import { channelOf } from './channel-of.ts'
import { sendVoucher } from './conversation.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, agreementOf, attemptKey, OUTPUT_UNAVAILABLE, openAttempts, subtaskOf } from './job-state.ts'
import { isDrawn, repeatExactly, unseen } from './repeat-exactly.ts'
import type { Workbench } from './workbench.ts'

/** A provider gets so long to hand over what it delivered. */
const FETCH_TIMEOUT_MS = 120_000
/** Outputs of one provider that are on their way here at once: each may be as large as the application allows. */
const MAX_FETCHES = 4
/** A check that ends the local program is tried again on a fresh one: once. */
const CHECK_TRIES = 2

export type Checker = {
  /** Begins to check what was delivered since. */
  look(): void
  /** Resolves when nothing is being checked. */
  settled(): Promise<void>
}

/** Fetches, verifies, then accepts with a voucher or rejects: every delivery, in the order in which they came. */
export function createChecker(desk: JobDesk, bench: Workbench): Checker {
  const underWay = new Map<string, Promise<void>>()
  const fetchesOf = (id: Bytes32) => [...desk.fetching.keys()].filter((key) => key.startsWith(id)).length
  const settle = async (attempt: Attempt) => {
    if (!(await fetchOutputs(desk, attempt))) return
    if (isSuperfluous(desk, attempt)) return
    const verdict = await judge(desk, bench, attempt)
    if (attempt.state !== 'delivered' || isSuperfluous(desk, attempt)) return
    if (verdict === null) noteFailure(desk, attempt, 'CHECK_FAILED', 'What was delivered could not be checked.')
    else if (verdict.accepted) accept(desk, attempt, verdict)
    else reject(desk, attempt, verdict)
  }
  return {
    look: () => {
      for (const attempt of openAttempts(desk.state)) {
        const key = attemptKey(attempt.agreement, attempt.index)
        if (attempt.state !== 'delivered' || underWay.has(key)) continue
        if (fetchesOf(attempt.agreement) >= MAX_FETCHES) continue
        const done = settle(attempt)
          .catch((error: unknown) => {
            if (!desk.signal.aborted) desk.fail(error)
          })
          .finally(() => {
            underWay.delete(key)
            desk.wake()
          })
        underWay.set(key, done)
      }
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
  }
}

/** Another provider was first. */
function isSuperfluous(desk: JobDesk, attempt: Attempt): boolean {
  if (attempt.state !== 'delivered') return true
  if (!subtaskOf(desk.state, attempt.subtask).accepted) return false
  dropAttempt(desk, attempt, 'CANCELLED', 'Another provider was first.')
  return true
}

async function fetchOutputs(desk: JobDesk, attempt: Attempt): Promise<boolean> {
  const { services, state } = desk
  const { contact, terms } = agreementOf(state, attempt.agreement)
  const outputs = asCid(attempt.delivery?.outputs ?? '')
  const key = attemptKey(attempt.agreement, attempt.index)
  desk.fetching.set(key, services.clock.now())
  try {
    await services.storage.pin(outputs, outputsOwner(desk, attempt))
    await services.storage.fetch(outputs, {
      from: [contact],
      maxBytes: services.app.manifest.limits.outputBytes * 2,
      signal: AbortSignal.any([desk.signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]),
    })
    return true
  } catch (error) {
    desk.signal.throwIfAborted()
    if (error instanceof GolemError && isOwnDefect(error)) throw error
    services.logger.warn(
      { job: state.request.id, peer: terms.provider, error: String(error) },
      'outputs did not arrive',
    )
    if (attempt.state === 'delivered')
      noteFailure(desk, attempt, OUTPUT_UNAVAILABLE, 'The provider did not hand over its output.')
    return false
  } finally {
    desk.fetching.delete(key)
  }
}

/** As the plan has it. null: the check itself could not be made, which says nothing about the provider. */
async function judge(desk: JobDesk, bench: Workbench, attempt: Attempt): Promise<Verdict | null> {
  const check = desk.state.plan?.check
  // Drawn after the delivery, and once: nobody knows before what is looked at, and no failure draws again.
  const isUnseen = check?.kind === 'exact' && !isDrawn(desk.services.randomBytes, check.share)
  return tryTwice(desk, attempt, async () => {
    if (!(await isSealedAsAgreed(desk, bench, attempt))) return NOT_SEALED
    if (check?.kind !== 'exact') return askApplication(desk, bench, attempt)
    return isUnseen ? unseen(check.share) : repeatExactly(desk, bench, attempt)
  })
}

const NOT_SEALED: Verdict = {
  accepted: false,
  how: 'opened',
  code: 'NOT_SEALED',
  message: 'What was delivered does not open with the key of this private job.',
  evidence: null,
}

/** Whether outputs of a private job open: what is taken unseen must merge later, too. */
async function isSealedAsAgreed(desk: JobDesk, bench: Workbench, attempt: Attempt): Promise<boolean> {
  if (desk.state.request.contentKey === undefined) return true
  try {
    await bench.enqueue((program) => bench.lay(program, attempt))
    return true
  } catch (error) {
    if (error instanceof GolemError && WRONGLY_SEALED.has(error.code)) return false
    throw error
  }
}

const WRONGLY_SEALED: ReadonlySet<string> = new Set(['CONTENT_KEY_WRONG', 'CONTENT_REFUSED'])

async function tryTwice(desk: JobDesk, attempt: Attempt, check: () => Promise<Verdict>): Promise<Verdict | null> {
  const { services, state } = desk
  for (let turn = 0; turn < CHECK_TRIES; turn += 1) {
    try {
      return await check()
    } catch (error) {
      desk.signal.throwIfAborted()
      services.logger.warn({ job: state.request.id, subtask: attempt.subtask, error: String(error) }, 'check failed')
      if (error instanceof GolemError && isOwnDefect(error)) throw error
    }
  }
  return null
}

function askApplication(desk: JobDesk, bench: Workbench, attempt: Attempt): Promise<Verdict> {
  const { services, state } = desk
  // Drawn after the delivery, so that nobody knows the samples before.
  const seed = `0x${Array.from(services.randomBytes(32), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  return bench.enqueue(async (program, speaker) => {
    const part = await bench.lay(program, attempt)
    const { parameters } = state.request
    const inspection = state.inspection?.inspection ?? null
    return services.app.verify(speaker, { parameters, inspection, part, seed }, desk.signal)
  })
}

function accept(desk: JobDesk, attempt: Attempt, verdict: Verdict & { accepted: true }): void {
  const { services, state } = desk
  const agreement = agreementOf(state, attempt.agreement)
  const channel = channelOf(agreement.terms)
  const { change, made } = services.treasury.promise(channel, attempt.priceWei)
  const atMs = services.clock.now()
  const owes = services.courier.owes(state.request.id, agreement.id)
  const accepted = { type: 'accepted', atMs, agreement: agreement.id, index: attempt.index, how: verdict.how } as const
  desk.record([accepted], [change, owes])
  made()
  services.treasury.release(channel, attempt.priceWei)
  sendVoucher(desk, agreement.id, [attempt.index])
  noteSpeed(desk, attempt)
  for (const other of openAttempts(state)) {
    if (other.subtask !== attempt.subtask) continue
    dropAttempt(desk, other, 'CANCELLED', 'Another provider was first.')
  }
}

function noteSpeed(desk: JobDesk, attempt: Attempt): void {
  const notes = desk.links.get(attempt.agreement)
  const { delivery, startedAtMs } = attempt
  if (!notes || !delivery) return
  notes.failures = 0
  notes.losses = 0
  const elapsedMs = Math.max(1, delivery.atMs - (startedAtMs ?? delivery.atMs))
  const wallMs = credibleWallMs({ meteredMs: delivery.usage.wallMs, elapsedMs })
  const { units } = subtaskOf(desk.state, attempt.subtask).subtask
  notes.msPerUnit = measuredMsPerUnit(notes.msPerUnit, { wallMs, units })
}

function reject(desk: JobDesk, attempt: Attempt, verdict: Verdict & { accepted: false }): void {
  const { services, state } = desk
  const agreement = agreementOf(state, attempt.agreement)
  const { code, message, evidence } = verdict
  const atMs = services.clock.now()
  desk.record([{ type: 'rejected', atMs, agreement: agreement.id, index: attempt.index, code, message, evidence }])
  services.treasury.release(channelOf(agreement.terms), attempt.priceWei)
  letGo(desk, attempt)
  desk.links.get(agreement.id)?.link.send({ type: 'reject', index: attempt.index, reason: { code, message } })
  services.logger.warn({ job: state.request.id, peer: agreement.terms.provider, code, message }, 'rejected')
  exclude(desk, agreement.id, `${attempt.subtask}: ${message}`)
}
