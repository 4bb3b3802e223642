import { declineTerms, type Gate, type Refusal, refuseAssignment, refuseVoucher, usualPay } from '@golem/market'
import type { Channel, Clock, Storage } from '@golem/ports'
import {
  type Assignment,
  agreementId,
  type Bytes32,
  type Cid,
  channelId,
  domainOf,
  encodeJson,
  GolemError,
  isDrawsSignedBy,
  isTermsSignedBy,
  isVoucherSigned,
  NOT_LENDING,
  type ProviderMessage,
  type RecoverSigner,
  type RequestorMessage,
  requestorMessage,
  type Settlement,
  type Signer,
  speaksBatches,
  speaksCredit,
  speaksDraws,
  speaksShares,
} from '@golem/protocol'
import { byteLength } from '../fitted.ts'
import type { Logger } from '../logger.ts'
import { createRate } from '../rate.ts'
import { readMessage } from '../read-message.ts'
import { type Agreement, type Agreements, outputsOwner, outstandingWei, type Subtask } from './agreements.ts'
import type { Credit } from './credit.ts'
import type { DemandDesk } from './demand-desk.ts'
import { isRevealLate, takeReveal } from './drawing.ts'
import type { Grants } from './grants.ts'
import type { Ledger } from './ledger.ts'
import { LIMITS, OPEN_TIMEOUT_MS } from './limits.ts'
import type { ProvidedApp } from './options.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { Penalties } from './penalties.ts'
import { reasonOf } from './reason-of.ts'
import type { Rejections } from './rejections.ts'
import { showReplica, take, tellDelivered } from './say-deliveries.ts'
import type { Workshop } from './workshop.ts'

/** Messages of one stream; what comes faster waits. */
const MESSAGE_RATE = { perS: 500, burst: 2_000 }
const SLOW_DOWN_MS = 100
/** Work that was sent together with its funding waits so long for the chain. */
const PROOF_WAIT_MS = 10_000
/** A chain that does not answer is asked again after these. */
const PROOF_RETRY_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000] as const

export type ConversationServices = {
  signer: Signer
  agreements: Agreements
  ledger: Ledger
  demands: DemandDesk
  grants: Grants
  apps: ReadonlyMap<Cid, ProvidedApp>
  workshop: Workshop
  credit: Credit
  /** Computes the class of an agreement's work by a seed, and says it. */
  showClass: (agreement: Agreement, seed: Bytes32) => void
  storage: Storage
  penalties: Penalties
  rejections: Rejections
  /** Aborted when the provider stops. */
  stopping: AbortSignal
  /** What is let through now. */
  gate: () => Gate
  /** Streams that are open. */
  streams: Set<Outbox>
  settlement: Settlement
  recoverSigner: RecoverSigner | undefined
  clock: Clock
  logger: Logger
  /** Something was accepted, or paid before. */
  onPaid: (agreement: Agreement) => void
  /** Something was called off that had been delivered. */
  onLeft: (agreement: Agreement) => void
  /** These are left; what of them was paid before is noted. */
  noteAgain: (agreement: Agreement, left: readonly Subtask[]) => void
  /** Ends an agreement: programs, records, and what is owed, which the requestor may be about to settle itself. */
  endAgreement: (agreement: Agreement, options: { isSettling: boolean }) => void
  onChange: () => void
}

/** Speaks the activity protocol with one requestor, until its stream ends. */
export async function converse(services: ConversationServices, channel: Channel): Promise<void> {
  const { clock, logger, penalties } = services
  const peer = channel.peer.address
  if (penalties.has(peer)) return channel.abort()
  const outbox = createOutbox(channel, clock)
  services.streams.add(outbox)
  const rate = createRate(clock, MESSAGE_RATE)
  const opened = new AbortController()
  let agreement: Agreement | null = null
  clock.sleep(OPEN_TIMEOUT_MS, { signal: opened.signal }).then(
    () => channel.abort(),
    () => {},
  )
  try {
    for await (const raw of channel.messages) {
      while (!rate.take()) await clock.sleep(SLOW_DOWN_MS, { signal: services.stopping })
      const message = readMessage(requestorMessage, raw)
      if (agreement === null) {
        agreement = openAgreement(services, channel, outbox, message)
        opened.abort()
        agreement.control.signal.addEventListener('abort', () => void outbox.goodbye(), { once: true })
      } else if (agreement.outbox !== outbox) break
      else await answer(services, agreement, outbox, message)
      if (agreement.control.signal.aborted || services.stopping.aborted) break
    }
  } catch (error) {
    logger.debug({ peer, agreement: agreement?.id, error: String(error) }, 'an agreement stream broke off')
    if (services.stopping.aborted) return
    if (!(error instanceof GolemError)) throw error
    if (error.peerPolicy === 'penalise') penalties.add(peer)
    if (error.code !== 'CHANNEL_CLOSED') outbox.post({ type: 'declined', reason: reasonOf(error) })
  } finally {
    opened.abort()
    if (agreement?.outbox === outbox) {
      agreement.outbox = null
      agreement.lostAtMs = clock.now()
    }
    await outbox.goodbye()
    outbox.end()
    services.streams.delete(outbox)
    services.onChange()
  }
}

/** The first message proposes an agreement, or takes one up again. */
function openAgreement(
  services: ConversationServices,
  channel: Channel,
  outbox: Outbox,
  message: RequestorMessage,
): Agreement {
  const { agreements, demands, apps, settlement, clock, logger, onChange } = services
  const peer = channel.peer.address
  if (message.type !== 'open')
    throw violation('MESSAGE_UNEXPECTED', `A stream begins with "open", not "${message.type}".`)
  const { terms, signature, draws = null } = message
  const id = agreementId(terms)
  let agreement = agreements.get(id)
  if (terms.requestor !== peer)
    throw violation('PEER_WRONG', `The terms name ${terms.requestor}, and ${peer} sent them.`)
  if (agreements.hasEnded(id)) throw declined({ code: 'AGREEMENT_ENDED', message: 'The agreement has ended.' })
  if (agreement === undefined) {
    const offer = demands.find(terms.offerId)
    const app = apps.get(terms.manifest)
    const refusal = declineTerms({
      terms,
      from: peer,
      offer: offer && { body: offer.offer.body, requestor: offer.requestor },
      manifest: app?.manifest ?? null,
      settlement,
      nowMs: clock.now(),
    })
    if (refusal !== null) throw declined(refusal)
    const { grants } = services
    const forbidden =
      app === undefined
        ? null
        : (grants.declineApp(app, { isHired: false }) ??
          grants.declineRequestor(peer, { payWei: usualPay(terms.pricePerCoreHourWei), isHired: false }))
    if (forbidden !== null) throw declined(forbidden)
    if (!isTermsSignedBy(terms, peer, signature))
      throw violation('SIGNATURE_WRONG', 'The terms are not signed by their requestor.')
    if (services.gate() !== 'open') throw declined(NOT_NOW)
    if (!agreements.hasRoomFor(peer))
      throw declined({ code: 'AGREEMENTS_FULL', message: 'Too many agreements are open here.' })
    if (offer === null || app === undefined) throw new RangeError('terms without an offer are declined')
    if (draws !== null && !isDrawsSignedBy(peer, domainOf(terms.settlement), id, draws, services.recoverSigner))
      throw violation('SIGNATURE_WRONG', 'What checks are drawn by is not signed by the requestor.')
    agreement = agreements.open({ terms, signature, contact: offer.contact, app, draws })
    demands.take(terms.offerId)
    logger.info({ agreement: id, peer, app: app.title }, 'signed an agreement')
  }
  if (draws !== null && agreement.drawing !== null && draws.head !== agreement.drawing.draws.head)
    throw violation('DRAWS_CHANGED', 'What checks are drawn by was agreed before.')
  // A stream that comes later is the one that works: the requestor gave the other up, or lost it.
  agreement.outbox?.channel.abort()
  agreement.outbox = outbox
  agreement.speaksBatches = speaksBatches(channel.protocol)
  agreement.wasAskedHolding = false
  agreement.wasAskedClass = false
  agreement.speaksDraws = speaksDraws(channel.protocol)
  agreement.speaksCredit = speaksCredit(channel.protocol)
  agreement.speaksShares = speaksShares(channel.protocol)
  agreement.saidCredit = null
  agreement.isDormant = false
  outbox.post({ type: 'opened', signature: agreement.signature, unsettled: [...agreement.subtasks.keys()] })
  services.credit.say(agreement)
  if (services.gate() !== 'open') outbox.post(lendingMessage(services.gate()))
  const held = [...agreement.subtasks.values()]
  // What was called off in another stream may cross with what is said again in this one.
  for (const subtask of held) subtask.isCalledOff = false
  if (agreement.drawing?.owedSinceMs != null) agreement.drawing.owedSinceMs = clock.now()
  tellDelivered(services, agreement, held)
  onChange()
  return agreement
}

/** What a requestor says after that. */
async function answer(
  services: ConversationServices,
  agreement: Agreement,
  outbox: Outbox,
  message: RequestorMessage,
): Promise<void> {
  switch (message.type) {
    case 'open':
      throw violation('MESSAGE_UNEXPECTED', 'The agreement is open already.')
    case 'fund':
      return onFund(services, agreement, outbox, message)
    case 'holding':
      return onHolding(services, agreement, outbox, message.inputs)
    case 'share': {
      const subtask = agreement.subtasks.get(message.index)
      if (subtask !== undefined) subtask.isShared = true
      return
    }
    case 'take':
      return take(services, agreement, message.indices)
    case 'show':
      return showReplica(services, agreement, message.index)
    case 'calibrate':
      return onCalibrate(services, agreement, message.seed)
    case 'sources':
      agreement.sources = message
      return
    case 'assign':
      return onAssign(services, agreement, [message.assignment], (_, reason) =>
        outbox.post({ type: 'refused', index: message.assignment.index, reason }),
      )
    case 'assign-many': {
      const { inputs } = message
      const assignments = message.assignments.map((each) => ({ ...each, inputs }))
      return onAssign(services, agreement, assignments, (indices, reason) =>
        outbox.post({ type: 'refused-many', indices, reason }),
      )
    }
    case 'accept':
      return onAccept(services, agreement, outbox, message)
    case 'cancel':
      return onCancel(services, agreement, message.index)
    case 'reject':
      services.logger.warn(
        { agreement: agreement.id, subtask: message.index, peer: agreement.terms.requestor, reason: message.reason },
        'a delivery was rejected',
      )
      return drop(services, agreement, message.index, 'rejected', (subtask) =>
        services.rejections.take(agreement, subtask, message),
      )
    case 'reveal': {
      const { drawing, record } = agreement
      if (drawing === null) throw violation('MESSAGE_UNEXPECTED', 'No draws were agreed.')
      return takeReveal(drawing, message.draw, message.value, record.drawn, services.clock.now())
    }
    case 'finish':
      return services.endAgreement(agreement, { isSettling: message.settles === true })
    default:
      message satisfies never
  }
}

/** Asked in the background: while the chain answers, vouchers are taken and work goes on. */
function onFund(
  services: ConversationServices,
  agreement: Agreement,
  outbox: Outbox,
  { funding }: RequestorMessage & { type: 'fund' },
): void {
  const { ledger, agreements, logger, onChange } = services
  const { proofs, channel, key, id } = agreement
  if (proofs.size >= LIMITS.proofs)
    throw violation('FUNDINGS_TOO_MANY', `${proofs.size} fundings wait for the chain already.`)
  const isQuiet = () => outstandingWei(agreements.ofChannel(channel)) === 0n
  const proof = withRetries(services, agreement, () => ledger.prove(key, funding, isQuiet)).then(
    () => {
      outbox.post({ type: 'funded', root: funding.root, provenWei: ledger.provenWei(channel) })
      onChange()
    },
    (error: unknown) => {
      if (agreement.control.signal.aborted || services.stopping.aborted) return
      logger.warn({ agreement: id, error: String(error) }, 'a funding was not proven')
      if (error instanceof GolemError && error.peerPolicy === 'penalise') services.penalties.add(key.requestor)
      outbox.post({ type: 'declined', reason: reasonOf(error) })
      void outbox.goodbye()
    },
  )
  proofs.add(proof)
  void proof.finally(() => proofs.delete(proof))
}

/** A chain that is away, or has not seen the round yet, is asked again for half a minute. */
async function withRetries(
  { clock, logger, stopping }: ConversationServices,
  { control }: Agreement,
  act: () => Promise<void>,
): Promise<void> {
  for (const pauseMs of [...PROOF_RETRY_MS, null]) {
    try {
      return await act()
    } catch (error) {
      const mayPass =
        error instanceof GolemError && (error.code === 'CHAIN_UNREACHABLE' || error.code === 'FUNDING_UNPOSTED')
      if (!mayPass || pauseMs === null) throw error
      logger.debug({ error: String(error) }, 'the chain is asked again')
      await clock.sleep(pauseMs, { signal: AbortSignal.any([stopping, control.signal]) })
    }
  }
}

/** Looked up in the background: a large tree takes a while, and work may come meanwhile. */
function onHolding({ storage, logger }: ConversationServices, agreement: Agreement, outbox: Outbox, inputs: Cid): void {
  if (agreement.wasAskedHolding) throw violation('MESSAGE_UNEXPECTED', 'What is here is asked once in a stream.')
  agreement.wasAskedHolding = true
  storage.has(inputs).then(
    (isHeld) => outbox.post({ type: 'held', inputs, isHeld }),
    (error: unknown) => logger.debug({ agreement: agreement.id, error: String(error) }, 'nobody knows what is here'),
  )
}

function onCalibrate({ showClass }: ConversationServices, agreement: Agreement, seed: Bytes32): void {
  if (agreement.wasAskedClass) throw violation('MESSAGE_UNEXPECTED', 'A class is asked for once in a stream.')
  agreement.wasAskedClass = true
  showClass(agreement, seed)
}

/** Takes on what comes first; where it takes one no more, it takes none of those after it. */
async function onAssign(
  services: ConversationServices,
  agreement: Agreement,
  assignments: readonly Assignment[],
  refuse: (indices: number[], reason: Refusal) => void,
): Promise<void> {
  const { agreements, workshop } = services
  if (agreement.proofs.size > 0) await untilProven(services, agreement)
  const taken: Subtask[] = []
  let refusal: Refusal | null = null
  const refused: number[] = []
  for (const assignment of assignments) {
    if (isKnown(agreement, assignment)) continue
    const requestBytes = byteLength(encodeJson(assignment.request))
    refusal ??= refuseNow(services, agreement, assignment, { requestBytes, queued: taken.length })
    if (refusal === null) taken.push(agreements.take(agreement, assignment, requestBytes))
    else refused.push(assignment.index)
  }
  workshop.add(agreement, taken)
  if (refusal !== null) refuse(refused, refusal)
}

/** The same again, by a requestor that is not sure whether it arrived. @throws {GolemError} where it is another */
function isKnown(agreement: Agreement, assignment: Assignment): boolean {
  const before = agreement.subtasks.get(assignment.index)
  if (before === undefined) return false
  if (before.assignment && encodeJson(before.assignment) === encodeJson(assignment)) return true
  throw violation('INDEX_USED', `Subtask ${assignment.index} is under way already.`)
}

/** `queued`: those of the same message, which the workshop does not have yet. */
function refuseNow(
  services: ConversationServices,
  agreement: Agreement,
  assignment: Assignment,
  { requestBytes, queued }: { requestBytes: number; queued: number },
): Refusal | null {
  const { agreements, ledger, workshop, credit, grants, clock } = services
  const { drawing } = agreement
  if (services.gate() !== 'open') return NOT_NOW
  if (drawing !== null && isRevealLate(drawing, clock.now()))
    return { code: 'REVEAL_LATE', message: 'What earlier deliveries are checked by was not revealed.' }
  const { requestor, pricePerCoreHourWei } = agreement.terms
  const matter = { payWei: usualPay(pricePerCoreHourWei), isHired: true }
  const forbidden = grants.declineApp(agreement.app, matter) ?? grants.declineRequestor(requestor, matter)
  if (forbidden !== null) return forbidden
  if (agreement.failures >= LIMITS.failures)
    return { code: 'FAILURES_TOO_MANY', message: `${agreement.failures} subtasks in a row failed.` }
  if (requestBytes > LIMITS.requestBytes)
    return { code: 'REQUEST_TOO_LARGE', message: `A request has ${LIMITS.requestBytes} bytes at most.` }
  if (agreement.requestBytes + requestBytes > LIMITS.allRequestBytes)
    return { code: 'REQUESTS_FULL', message: `Requests of ${agreement.requestBytes} bytes are not accepted yet.` }
  const { subtasks, used, record, terms, channel } = agreement
  const pairWei = outstandingWei(agreements.list().filter((each) => each.terms.requestor === requestor))
  const prepaidWei = credit.prepaidWei(requestor)
  if (credit.isOwing(requestor) && pairWei + assignment.priceWei > prepaidWei)
    return { code: 'PAYS_BEFORE', message: 'Work of yours was not paid for here: pay before, by a voucher for it.' }
  return refuseAssignment({
    assignment,
    terms,
    nowMs: clock.now(),
    agreement: {
      acceptedWei: record.acceptedWei,
      outstandingWei: agreement.outstandingWei,
      queued: workshop.queued(agreement) + queued,
      outstanding: subtasks.size,
      total: subtasks.size + used.size,
      isUsed: used.has(assignment.index),
    },
    pair: { outstandingWei: pairWei > prepaidWei ? pairWei - prepaidWei : 0n },
    channel: {
      owedWei: ledger.owedWei(channel),
      outstandingWei: outstandingWei(agreements.ofChannel(channel)),
      provenWei: ledger.provenWei(channel),
    },
    limits: { maxQueued: LIMITS.queued, maxOutstanding: LIMITS.outstanding, maxTotal: LIMITS.indices },
  })
}

async function untilProven({ clock, stopping }: ConversationServices, { proofs, control }: Agreement): Promise<void> {
  const waited = new AbortController()
  const signal = AbortSignal.any([waited.signal, stopping, control.signal])
  const timeout = clock.sleep(PROOF_WAIT_MS, { signal }).catch(() => {})
  await Promise.race([Promise.all(proofs), timeout])
  waited.abort()
}

function onAccept(
  services: ConversationServices,
  agreement: Agreement,
  outbox: Outbox,
  { indices, voucher }: RequestorMessage & { type: 'accept' },
): void {
  const { agreements, ledger, recoverSigner, onChange } = services
  const { channel, terms } = agreement
  if (channelId(voucher.channel) !== channel) throw violation('VOUCHER_WRONG', 'The voucher is for another channel.')
  if (!isVoucherSigned(domainOf(terms.settlement), voucher, recoverSigner))
    throw violation('VOUCHER_WRONG', 'The voucher is not signed by its requestor.')
  const accepted: Subtask[] = []
  for (const index of new Set(indices)) {
    const subtask = agreement.subtasks.get(index)
    if (subtask?.delivered) accepted.push(subtask)
    // What was settled before is said again by a requestor that did not hear our answer.
    else if (!agreement.used.has(index)) throw violation('INDEX_UNKNOWN', `Subtask ${index} was not delivered.`)
  }
  const refusal = refuseVoucher({
    amountWei: voucher.amountWei,
    storedWei: ledger.storedWei(channel),
    owedWei: ledger.owedWei(channel),
    acceptedWei: accepted.reduce((sum, each) => sum + each.priceWei, 0n),
    provenWei: ledger.coveredWei(channel),
  })
  if (refusal !== null) throw violation(refusal.code, refusal.message)
  if (accepted.length > 0 || voucher.amountWei > ledger.storedWei(channel))
    agreements.accept(agreement, accepted, voucher)
  outbox.post({ type: 'voucher-stored', amountWei: ledger.storedWei(channel) })
  for (const { index } of accepted) release(services, agreement, index)
  services.onPaid(agreement)
  onChange()
}

/** What was said to be delivered may have crossed with the first word; the second is meant, and what it costs is left. */
function onCancel(services: ConversationServices, agreement: Agreement, index: number): void {
  const subtask = agreement.subtasks.get(index)
  const isFirst = subtask?.isSaid === true && !subtask.isCalledOff
  if (isFirst) subtask.isCalledOff = true
  else drop(services, agreement, index, 'cancelled')
}

function drop(
  services: ConversationServices,
  agreement: Agreement,
  index: number,
  why: 'rejected' | 'cancelled',
  note: (subtask: Subtask) => void = () => {},
): void {
  const subtask = agreement.subtasks.get(index)
  // One that was settled, failed or never came: both sides agree already.
  if (subtask === undefined) return
  if (subtask.isSaid) services.noteAgain(agreement, [subtask])
  note(subtask)
  services.agreements.drop(agreement, subtask, why)
  if (why === 'cancelled' && subtask.isSaid) services.onLeft(agreement)
  release(services, agreement, index)
  services.workshop.look()
  services.onChange()
}

/** Lets go of a delivery's outputs. */
function release({ storage, logger }: ConversationServices, { id }: Agreement, index: number): void {
  storage.unpin(outputsOwner(id, index)).catch((error: unknown) => {
    logger.warn({ agreement: id, subtask: index, error: String(error) }, 'outputs were not let go')
  })
}

/** Who is not let in has no need to know why. */
const NOT_NOW: Refusal = { code: NOT_LENDING, message: 'This machine takes no work at the moment.' }

export const lendingMessage = (gate: Gate): ProviderMessage => ({
  type: 'lending',
  lending: gate === 'off' ? 'closed' : gate,
})

const violation = (code: string, message: string): GolemError =>
  new GolemError({ code, message, peerPolicy: 'penalise' })
const declined = ({ code, message }: Refusal): GolemError => new GolemError({ code, message, peerPolicy: 'ignore' })
