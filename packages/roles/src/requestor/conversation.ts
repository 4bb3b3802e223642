import { isKnown, type SaidCredit, usualPay } from '@golem/market'
import {
  asCid,
  askedOf,
  type Bytes32,
  domainOf,
  HANDED_BACK,
  isBatchSignedBy,
  isDeliverySignedBy,
  type Lending,
  NOT_LENDING,
  type ProviderMessage,
} from '@golem/protocol'
import { dropAttempt, dropAttempts, exclude, leave, noteFailure, sayCancelled } from './attempts.ts'
import { channelOf } from './channel-of.ts'
import { onCalibrated } from './class-of.ts'
import { isAsCommitted, onCommitted } from './commitments.ts'
import { crossedOf, returnedOf, takeUp } from './crossing.ts'
import { isDrawnBlind, reveal } from './drawing.ts'
import type { JobDesk, LinkNotes } from './job-desk.ts'
import { type Attempt, attemptKey, checkOf, isAwaited, isReserved, PROVIDER_LOST, subtaskOf } from './job-state.ts'
import { callOff, sayShared, takeReady, withoutSecond } from './sharing.ts'

/** A provider that refuses work is asked again after this. */
const REFUSAL_PAUSE_MS = 1_000
const MAX_REFUSALS = 10
/** Subtasks that it lost, in a row. */
const MAX_LOSSES = 10
/** So often a provider may stand still, and so often give back what it has, and nobody is to blame. */
const MAX_FREEZES = 20
const MAX_GIVEN_BACK = 10
/** An acceptance names no more: the protocol's limit. The voucher is cumulative whatever it names. */
const MAX_NAMED = 1_000

type Reason = { code: string; message: string }

/** A stream opened, for the first time or again: both sides say what they hold. */
export function onReconnected(desk: JobDesk, id: Bytes32, unsettled: readonly number[]): void {
  const { state, services } = desk
  const agreement = state.agreements.get(id)
  const notes = desk.links.get(id)
  if (!agreement || !notes) return
  const held = new Set(unsettled)
  const own = [...state.attempts.values()].filter((attempt) => attempt.agreement === id)
  const returned = returnedOf(
    desk,
    own.filter(({ index }) => held.has(index)),
  )
  if (returned.length > 0) desk.record(takeUp(desk, returned))
  for (const attempt of own) {
    if (isAwaited(attempt) && !held.has(attempt.index)) {
      notes.losses += 1
      dropAttempt(desk, attempt, PROVIDER_LOST, 'The provider no longer knows the subtask.')
    }
    if (attempt.state === 'dropped' && held.has(attempt.index)) sayCancelled(desk, attempt)
    if (attempt.state === 'rejected' && held.has(attempt.index)) {
      const reason = { code: 'REJECTED', message: 'See before.' }
      const evidence = attempt.shown === null ? {} : { evidence: attempt.shown }
      notes.link.send({ type: 'reject', index: attempt.index, reason, ...evidence })
    }
  }
  sayShared(desk, new Set(own.filter(isAwaited).map(({ subtask }) => subtask)))
  sendVoucher(
    desk,
    id,
    [...held].filter((index) => state.attempts.get(attemptKey(id, index))?.state === 'accepted'),
  )
  services.logger.info({ job: state.request.id, peer: agreement.terms.provider }, 'agreement is open')
  if (notes.losses > MAX_LOSSES) leave(desk, id, 'It loses what it is given.')
}

/** Says again, or for the first time, what a provider was promised. */
export function sendVoucher(desk: JobDesk, id: Bytes32, indices: number[]): void {
  const agreement = desk.state.agreements.get(id)
  if (!agreement) return
  const voucher = desk.services.treasury.latest(channelOf(agreement.terms))
  if (!voucher || agreement.accepted === 0) return
  desk.links.get(id)?.link.send({ type: 'accept', indices: indices.slice(0, MAX_NAMED), voucher })
}

/** What a provider says is taken only for what its state allows; everything else is answered with `cancel` or ignored. */
export function onProviderMessage(desk: JobDesk, id: Bytes32, message: ProviderMessage): void {
  const notes = desk.links.get(id)
  if (!notes) return
  switch (message.type) {
    case 'funded':
      notes.funded = true
      notes.unfundedSinceMs = null
      desk.wake()
      return
    case 'held':
      if (message.inputs === desk.state.inspection?.inputs) onHeld(desk, id, message.isHeld)
      return
    case 'committed':
      onCommitted(desk, id, message.index, message.commitment)
      return
    case 'ready':
      onReady(desk, id, message.indices)
      return
    case 'shown':
      if (desk.state.attempts.get(attemptKey(id, message.index))?.state === 'committed')
        notes.salts.set(message.index, message.salt)
      return
    case 'calibrated':
      onCalibrated(desk, id, message.calibration)
      return
    case 'progress':
      if (desk.state.attempts.get(attemptKey(id, message.index))?.state !== 'running') return
      desk.progress.set(attemptKey(id, message.index), message.fraction)
      desk.changed()
      return
    case 'delivered':
      onDelivered(desk, id, message)
      return
    case 'delivered-many':
      onDeliveredMany(desk, id, message)
      return
    case 'failed':
      onFailed(desk, id, message)
      return
    case 'credit':
      onCredit(desk, id, message)
      return
    case 'lending':
      onLending(desk, id, message.lending)
      return
    case 'refused':
      onRefused(desk, id, [message.index], message.reason)
      return
    case 'refused-many':
      onRefused(desk, id, message.indices, message.reason)
      return
    case 'voucher-stored':
      desk.heardWei.set(id, message.amountWei)
      desk.wake()
      return
    case 'opened':
    case 'declined':
    case 'heartbeat':
      return
    default:
      message satisfies never
  }
}

function onReady(desk: JobDesk, id: Bytes32, indices: readonly number[]): void {
  const { state, services } = desk
  if (checkOf(state).by === 'replicas') return
  const atMs = services.clock.now()
  const running = [...new Set(indices)].filter(
    (index) => state.attempts.get(attemptKey(id, index))?.state === 'running',
  )
  if (running.length > 0) desk.record(running.map((index) => ({ type: 'ready', atMs, agreement: id, index })))
  takeReady(desk)
}

/** Nobody that is not known here is paid before: another one does the work. */
function onCredit(desk: JobDesk, id: Bytes32, { trustedWei, isOwing }: SaidCredit): void {
  const { state, services, links } = desk
  const notes = links.get(id)
  const agreement = state.agreements.get(id)
  if (!notes || !agreement) return
  notes.credit = { trustedWei, isOwing }
  desk.wake()
  if (!isOwing || services.backings === undefined) return
  const { provider, manifest, pricePerCoreHourWei } = agreement.terms
  const seen = services.backings.ofProvider(provider, manifest)
  if (!isKnown(seen, Number(usualPay(pricePerCoreHourWei))))
    leave(desk, id, 'It works for this node only where it is paid before, and is not known here.')
}

const NOT_COMMITTED = 'It delivered something else than it had committed itself to.'

/** However much a provider refuses at once, it refuses once. */
function onRefused(desk: JobDesk, id: Bytes32, indices: readonly number[], { code, message }: Reason): void {
  const notes = desk.links.get(id)
  if (!notes) return
  const { state, services } = desk
  const refused = [...new Set(indices)].flatMap((index) => state.attempts.get(attemptKey(id, index)) ?? [])
  const running = refused.filter((attempt) => attempt.state === 'running')
  if (code === NOT_LENDING) {
    // It says when it takes work again.
    if (notes.lending === 'open') onLending(desk, id, 'closed')
  } else {
    notes.refusals += 1
    notes.refusal = message
    notes.pausedUntilMs = services.clock.now() + REFUSAL_PAUSE_MS
    services.logger.warn({ job: state.request.id, peer: notes.provider, reason: { code, message } }, 'refused')
  }
  dropAttempts(desk, running, 'ASSIGNMENT_REFUSED', message)
  if (notes.refusals > MAX_REFUSALS) leave(desk, id, `It refuses work: ${message}`)
}

function onDelivered(desk: JobDesk, id: Bytes32, message: ProviderMessage & { type: 'delivered' }): void {
  const { delivery, result, usage } = message
  const agreement = desk.state.agreements.get(id)
  const attempt = desk.state.attempts.get(attemptKey(id, delivery.index))
  if (!agreement || !attempt || delivery.agreementId !== id) return
  if (attempt.state === 'accepted') {
    sendVoucher(desk, id, [attempt.index])
    return
  }
  const crossed = crossedOf(desk, [attempt])
  callOffAgain(desk, id, [attempt], crossed)
  if (withoutSecond(desk, [attempt].filter(isAwaited)).length + crossed.length === 0) return
  if (!isAsCommitted(desk, attempt, { index: attempt.index, outputs: delivery.outputs, result })) {
    exclude(desk, id, NOT_COMMITTED)
    return
  }
  // Asked last, and once for each attempt: a signature may cost a millisecond.
  const domain = domainOf(agreement.terms.settlement)
  if (!isDeliverySignedBy(agreement.terms.provider, domain, delivery, desk.services.recoverSigner)) {
    exclude(desk, id, 'A delivery carried a wrong signature.')
    return
  }
  onHeld(desk, id, true)
  const atMs = desk.services.clock.now()
  desk.record([
    ...takeUp(desk, crossed),
    {
      type: 'delivered',
      atMs,
      agreement: id,
      index: delivery.index,
      outputs: delivery.outputs,
      signature: delivery.signature,
      result,
      usage,
    },
  ])
}

/** What is judged, or was called off long before, is not taken. */
function callOffAgain(
  { links }: JobDesk,
  id: Bytes32,
  delivered: readonly Attempt[],
  crossed: readonly Attempt[],
): void {
  for (const attempt of delivered)
    if ((attempt.state === 'dropped' && !crossed.includes(attempt)) || attempt.state === 'rejected')
      links.get(id)?.link.send({ type: 'cancel', index: attempt.index })
}

/** One signature for all; each counts where its own attempt allows it. */
function onDeliveredMany(desk: JobDesk, id: Bytes32, { batch }: ProviderMessage & { type: 'delivered-many' }): void {
  const { state, services } = desk
  const agreement = state.agreements.get(id)
  if (!agreement || batch.agreementId !== id) return
  // One index may be named twice.
  const found = batch.deliveries.flatMap(({ index }) => state.attempts.get(attemptKey(id, index)) ?? [])
  const attempts = [...new Set(found)]
  const accepted = attempts.filter((attempt) => attempt.state === 'accepted').map(({ index }) => index)
  if (accepted.length > 0) sendVoucher(desk, id, accepted)
  const known = new Set(batch.deliveries.flatMap(({ index, draw }) => (isDrawnBlind(agreement, draw) ? [] : [index])))
  const crossed = crossedOf(
    desk,
    attempts.filter(({ index }) => !known.has(index)),
  )
  callOffAgain(desk, id, attempts, crossed)
  // What came back to a provider may have been drawn in an earlier stream, and revealed since.
  const drawnBefore = attempts.filter(
    ({ index, droppedAtMs, state: now }) => now === 'running' && droppedAtMs > 0 && known.has(index),
  )
  callOff(desk, drawnBefore, 'What it is checked by was revealed before it came back.')
  const awaited = new Map(
    [...withoutSecond(desk, attempts.filter(isAwaited)), ...crossed].map((attempt) => [attempt.index, attempt]),
  )
  const isCommitted = (delivered: (typeof batch.deliveries)[number]): boolean => {
    const attempt = awaited.get(delivered.index)
    return attempt === undefined || isAsCommitted(desk, attempt, delivered)
  }
  if (checkOf(state).by === 'replicas' && !batch.deliveries.every(isCommitted)) {
    exclude(desk, id, NOT_COMMITTED)
    return
  }
  const domain = domainOf(agreement.terms.settlement)
  if (!isBatchSignedBy(agreement.terms.provider, domain, batch, services.recoverSigner)) {
    exclude(desk, id, 'Deliveries carried a wrong signature.')
    return
  }
  onHeld(desk, id, true)
  const { signature, deliveries } = batch
  const inputs = asCid(state.inspection?.inputs ?? '')
  const isOurs = ({ index, asked }: (typeof deliveries)[number]): boolean => {
    const attempt = asked && awaited.get(index)
    return !attempt || asked === askedOf({ inputs, request: subtaskOf(state, attempt.subtask).subtask.request })
  }
  if (!deliveries.every(isOurs)) {
    exclude(desk, id, 'It signed deliveries for what it was not asked.')
    return
  }
  // What is known already may be said again beside it.
  if (deliveries.some(({ index }) => awaited.has(index) && known.has(index))) {
    exclude(desk, id, 'It signed deliveries for draws that it could know.')
    return
  }
  if (deliveries.some(({ draw = 0 }) => draw >= (agreement.draws?.count ?? Number.POSITIVE_INFINITY))) {
    exclude(desk, id, 'It signed deliveries for draws that nobody promised.')
    return
  }
  // The value of a draw that was named is owed, whatever becomes of the delivery.
  if (awaited.size === 0) {
    const draw = deliveries.reduce((most, each) => Math.max(most, each.draw ?? -1), -1)
    if (agreement.draws === null || draw <= (agreement.revealed ?? -1)) return
    desk.record([{ type: 'drawn', atMs: services.clock.now(), agreement: id, draw }])
    reveal(desk, agreement)
    return
  }
  const delivered = {
    type: 'delivered-many',
    atMs: services.clock.now(),
    agreement: id,
    signature,
    deliveries,
  } as const
  desk.record([...takeUp(desk, crossed), delivered])
  reveal(desk, agreement)
}

/** What it holds it had better compute, in this job and in later ones with the same inputs. */
function onHeld(desk: JobDesk, id: Bytes32, isHeld: boolean): void {
  const notes = desk.links.get(id)
  if (!notes || notes.holdsInputs === isHeld) return
  notes.holdsInputs = isHeld
  if (isHeld) desk.services.holders.note(desk.state.inspection?.inputs ?? '', notes.provider)
  desk.wake()
}

/** A provider says whether it computes: its owner may need the machine, and that is held against nobody. */
export function onLending(desk: JobDesk, id: Bytes32, lending: Lending): void {
  const notes = desk.links.get(id)
  if (!notes || notes.lending === lending) return
  const nowMs = desk.services.clock.now()
  if (lending === 'frozen') {
    notes.frozenSinceMs = nowMs
    notes.freezes += 1
  } else if (notes.lending === 'frozen') {
    notes.frozenSinceMs = null
    // Who stands still again and again is as slow as it is.
    if (notes.freezes <= MAX_FREEZES) notes.thawedAtMs = nowMs
  }
  notes.lending = lending
  if (lending === 'open') notes.hasGivenBack = false
  desk.wake()
}

function onHandedBack(desk: JobDesk, attempt: Attempt, notes: LinkNotes, message: string): void {
  if (!notes.hasGivenBack) notes.givenBack += 1
  notes.hasGivenBack = true
  notes.pausedUntilMs = desk.services.clock.now() + REFUSAL_PAUSE_MS * notes.givenBack
  dropAttempt(desk, attempt, HANDED_BACK, message)
  if (notes.givenBack > MAX_GIVEN_BACK) leave(desk, attempt.agreement, 'It gives back what it is given.')
}

function onFailed(desk: JobDesk, id: Bytes32, message: ProviderMessage & { type: 'failed' }): void {
  const attempt = desk.state.attempts.get(attemptKey(id, message.index))
  if (attempt?.state !== 'running') return
  desk.services.logger.warn({ job: desk.state.request.id, agreement: id, reason: message.reason }, 'failed')
  const notes = desk.links.get(id)
  // Who takes work and gives back what it has says two things at once.
  if (notes && notes.lending !== 'open' && message.reason.code === HANDED_BACK) {
    onHandedBack(desk, attempt, notes, message.reason.message)
    return
  }
  // The codes of our own acts are ours: a provider that says them means a failure.
  const { code, message: text } = message.reason
  noteFailure(desk, attempt, isReserved(code) ? 'SUBTASK_FAILED' : code, text)
}
