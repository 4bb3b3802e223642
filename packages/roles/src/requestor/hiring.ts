import { chooseOffers, credibleCores, MAX_PROVIDERS, planFunding } from '@golem/market'
import {
  type Address,
  agreementId,
  asCid,
  type Bytes32,
  channelId,
  type Offer,
  priceOf,
  signTerms,
  type Terms,
} from '@golem/protocol'
import { openAgreementLink } from './agreement-link.ts'
import { exclude, leave, takeBack } from './attempts.ts'
import { channelOf } from './channel-of.ts'
import { rateOf } from './check-share.ts'
import { askForClass } from './class-of.ts'
import { onLending, onProviderMessage, onReconnected } from './conversation.ts'
import { drawsFor, newChainSecret, reveal } from './drawing.ts'
import type { JobDesk, LinkNotes } from './job-desk.ts'
import { type AgreementState, agreementOf, checkOf, openAttempts, PROVIDER_LOST, subtaskOf } from './job-state.ts'
import type { DemandHandle } from './offer-desk.ts'
import { coresOf, isIdleWeight, isLate, msPerUnitOf } from './pace.ts'

/** A provider that has not signed within this is left, and tried again after a while. */
const SIGN_TIMEOUT_MS = 15_000
const UNREACHED_PAUSE_MS = 60_000
/** Who was just asked counts as hired for this long: most sign within it. */
const SIGNING_MS = 3_000
/** Terms may cost so many budgets: one that is raised needs no new signatures. What is spent, the budget itself bounds. */
const CAP_ROOM = 100n

/** Proposes agreements to the offers worth having; the work decides how many those are. */
export function hire(desk: JobDesk, demand: DemandHandle, coresWanted: number): void {
  const nowMs = desk.services.clock.now()
  leaveUnreached(desk, nowMs)
  leaveDistrusted(desk)
  const offers = demand.offers()
  const busy = new Set<string>()
  let cores = 0
  let live = 0
  let stalled = 0
  for (const [id, notes] of desk.links) {
    busy.add(notes.provider)
    if (isOver(notes)) continue
    const agreement = desk.state.agreements.get(id)
    if (agreement?.excluded) continue
    live += 1
    if (agreement && notes.lending !== 'open') continue
    if (agreement && isIdleWeight(desk, agreement)) stalled += 1
    else if (agreement && notes.state === 'open') cores += coresOf(desk, agreement)
    else if (!agreement && nowMs - notes.proposedAtMs < SIGNING_MS) cores += credibleCores(notes.cores, 0)
  }
  for (const { terms, excluded, closed } of desk.state.agreements.values()) {
    if (excluded !== null || !closed) busy.add(terms.provider)
  }
  for (const [provider, untilMs] of desk.unreached) if (untilMs > nowMs) busy.add(provider)
  for (const { body } of offers)
    if (whyNotHired(desk, body.provider, { isHired: false }) !== null) busy.add(body.provider)
  const chosen = chooseOffers({
    offers: offers.map(({ body }) => body),
    without: busy,
    holders: desk.services.holders.of(desk.state.inspection?.inputs ?? ''),
    checkRates: checkRates(desk, offers),
    // The more of them hold the work up, the more others are asked at once.
    coresWanted: Math.max(coresWanted * (1 + stalled) - cores, mostCopiesIn(desk) - live),
    atMost: MAX_PROVIDERS - live,
    nowMs,
  })
  for (const { provider } of chosen) {
    const offer = offers.find(({ body }) => body.provider === provider)
    if (offer) propose(desk, offer)
  }
}

/** What an application looks at, it looks at in everybody's work alike; what is done again costs as much as the work. */
function checkRates({ services, state }: JobDesk, offers: readonly Offer[]): Map<string, number> {
  const rates = new Map<string, number>()
  if (state.plan === null || checkOf(state).by !== 'daemon') return rates
  const units = state.plan.subtasks.reduce((sum, each) => sum + each.units, 0) / Math.max(1, state.subtasks.size)
  const application = services.app.manifestCid
  for (const { body } of offers) {
    const payWei = priceOf(Math.max(1, Math.round(units)), body.pricePerCoreHourWei)
    const rate = rateOf(services, body.provider, { application, payWei, deliveredWei: 0n, lent: body })
    rates.set(body.provider, Math.max(checkOf(state).share, rate ?? 0))
  }
  return rates
}

/** However many cores one provider has, it computes no two copies of the same. */
function mostCopiesIn({ state }: JobDesk): number {
  const strategy = state.check?.strategy
  return strategy?.kind === 'replicate' ? strategy.copies : 0
}

const isOver = ({ state }: LinkNotes) => state === 'declined' || state === 'violated' || state === 'closed'

/** A provider that lost an agreement, as one that was installed anew has, may sign another: it is asked like any. */
function endAgreement(desk: JobDesk, id: Bytes32, reason: string): void {
  if (!desk.state.agreements.has(id)) return
  takeBack(desk, id, PROVIDER_LOST, reason)
  desk.record([{ type: 'closed', atMs: desk.services.clock.now(), agreement: id, reason }])
  desk.links.delete(id)
}

/** What others say of a provider acts on new hiring only; what this node has seen of it acts at once. */
function whyNotHired(
  { services, state }: JobDesk,
  provider: Address,
  { isHired }: { isHired: boolean },
): string | null {
  const count = BigInt(Math.max(1, state.subtasks.size))
  const payWei = (state.estimate?.estimateWei ?? 0n) / count
  const application = services.app.manifestCid
  return services.judgement?.declineProvider(provider, { application, payWei, isHired })?.message ?? null
}

/** Who has shown since it was hired that it is not to be trusted gets no more; what was accepted of it stays paid. */
function leaveDistrusted(desk: JobDesk): void {
  for (const { id, terms, excluded, closed } of desk.state.agreements.values()) {
    if (excluded !== null || closed) continue
    const reason = whyNotHired(desk, terms.provider, { isHired: true })
    if (reason !== null) leave(desk, id, reason)
  }
}

/** Makes room for others. */
function leaveUnreached(desk: JobDesk, nowMs: number): void {
  for (const [id, notes] of desk.links) {
    if (isOver(notes) || desk.state.agreements.has(id)) continue
    if (nowMs - notes.proposedAtMs < SIGN_TIMEOUT_MS) continue
    notes.link.close()
    desk.links.delete(id)
    desk.unreached.set(notes.provider, nowMs + UNREACHED_PAUSE_MS)
  }
}

function propose(desk: JobDesk, { body }: Offer): void {
  const { services, state } = desk
  const terms: Terms = {
    demandId: body.demandId,
    offerId: body.id,
    requestor: services.signer.address,
    provider: body.provider,
    payee: body.payee,
    author: services.app.manifest.author,
    royaltyBps: services.app.manifest.royaltyBps,
    manifest: services.app.manifestCid,
    settlement: services.chain.settlement,
    pricePerCoreHourWei: body.pricePerCoreHourWei,
    capWei: (state.budgetWei ?? 0n) * CAP_ROOM,
    unpaidLimitWei: body.unpaidLimitWei,
    deadlineMs: state.deadlineAtMs ?? 0,
  }
  const id = agreementId(terms)
  const { contact, cores, speed } = body
  connect(desk, { id, terms, contact, cores, speed, draws: newChainSecret(desk) })
}

type Proposal = Pick<AgreementState, 'id' | 'terms' | 'contact' | 'cores' | 'speed' | 'draws'>

/** Opens, or after a restart opens again, the stream of an agreement. */
export function connect(desk: JobDesk, { id, terms, contact, cores, speed, draws }: Proposal): void {
  const { services } = desk
  /** What fails here is this node's own failure: the job ends with it, and not the stream. */
  const guarded =
    <A extends unknown[]>(act: (...args: A) => void) =>
    (...args: A): void => {
      try {
        act(...args)
      } catch (error) {
        desk.fail(error)
      }
    }
  const link = openAgreementLink(
    services,
    {
      terms,
      signature: signTerms(services.signer, terms),
      contact,
      draws: draws && drawsFor(desk, id, terms, draws),
      isSealed: desk.state.request.contentKey !== undefined,
    },
    {
      onState: guarded((state, detail) => {
        notes.state = state
        notes.detail = detail
        // Each stream begins with it.
        onLending(desk, id, 'open')
        if (state !== 'open') {
          notes.funded = false
          notes.announced = null
          notes.toldSources = false
          notes.credit = null
          notes.unfundedSinceMs = null
          notes.calibrating?.resolve()
          notes.askedToShow.clear()
          notes.sharedAtMs.clear()
        } else if (terms.pricePerCoreHourWei === 0n) notes.funded = true
        if (state === 'violated') exclude(desk, id, detail)
        if (state === 'declined') endAgreement(desk, id, detail)
        if (state === 'silent') takeBack(desk, id, PROVIDER_LOST, 'The provider fell silent.')
        desk.wake()
      }),
      onOpened: guarded((providerSignature, unsettled) => {
        if (!desk.state.agreements.has(id)) {
          const atMs = services.clock.now()
          const chain = draws === null ? {} : { draws }
          desk.record([
            { type: 'agreed', atMs, agreement: id, terms, providerSignature, contact, cores, speed, ...chain },
          ])
        }
        reveal(desk, agreementOf(desk.state, id))
        onReconnected(desk, id, unsettled)
        const inputs = desk.state.inspection?.inputs
        askForClass(desk, notes)
        if (link.speaksHoldings && inputs !== undefined) link.send({ type: 'holding', inputs: asCid(inputs) })
      }),
      onMessage: guarded((message) => onProviderMessage(desk, id, message)),
    },
  )
  const notes: LinkNotes = {
    link,
    provider: terms.provider,
    state: 'connecting',
    detail: '',
    cores,
    announced: null,
    funded: false,
    unfundedSinceMs: null,
    proposedAtMs: services.clock.now(),
    lending: 'open',
    frozenSinceMs: null,
    thawedAtMs: 0,
    freezes: 0,
    givenBack: 0,
    hasGivenBack: false,
    pausedUntilMs: 0,
    refusals: 0,
    refusal: '',
    failures: 0,
    losses: 0,
    msPerUnit: null,
    holdsInputs: false,
    toldSources: false,
    credit: null,
    chain: null,
    calibration: null,
    calibrating: null,
    salts: new Map(),
    cancelledAtMs: new Map(),
    askedToShow: new Set(),
    takenAtMs: new Map(),
    sharedAtMs: new Map(),
  }
  desk.links.set(id, notes)
}

/** Locks money for every provider that is short of it, all in one transaction. */
export async function fund(desk: JobDesk): Promise<void> {
  const { services, state } = desk
  const { treasury } = services
  // What is computed already needs no money, unless it is late and may have to be computed twice.
  const open = openAttempts(state)
  const underWay = new Set(open.flatMap((one) => (isLate(desk, one) ? [] : [one.subtask])))
  const late = open.map(({ subtask }) => subtaskOf(state, subtask)).filter(({ subtask }) => !underWay.has(subtask.id))
  let units = 0
  let largest = 0
  for (const { subtask, accepted } of new Set([...state.todo.tasks.values(), ...late])) {
    if (accepted) continue
    units += subtask.units
    largest = Math.max(largest, subtask.units)
  }
  const outstanding = open.reduce((sum, attempt) => sum + attempt.priceWei, 0n)
  const live = [...state.agreements.values()].filter(
    ({ id, excluded }) => !excluded && desk.links.get(id)?.state === 'open' && desk.links.get(id)?.lending === 'open',
  )
  const input = {
    workers: live.map((agreement) => ({
      agreement: agreement.id,
      speed: coresOf(desk, agreement) / msPerUnitOf(desk, agreement),
      pricePerCoreHourWei: agreement.terms.pricePerCoreHourWei,
      provenLeftWei: treasury.freeCredit(channelOf(agreement.terms)),
      isStalled: isIdleWeight(desk, agreement),
    })),
    remainingWei: (price: bigint) => priceOf(units, price),
    largestWei: (price: bigint) => priceOf(largest, price),
    budgetLeftWei: (state.budgetWei ?? 0n) - state.spentWei - outstanding,
  }
  // The chain is asked only where somebody is short.
  const isShort = planFunding({ ...input, availableWei: input.budgetLeftWei }).length > 0
  const wanted = isShort ? planFunding({ ...input, availableWei: await treasury.available() }) : []
  if (wanted.length > 0) {
    const requests = wanted.map(({ agreement, addWei }) => ({
      channel: channelOf(agreementOf(state, agreement as Bytes32).terms),
      addWei,
    }))
    const deadlineAtMs = state.deadlineAtMs ?? services.clock.now()
    const { fundings, receipts } = await treasury.lock(requests, deadlineAtMs, `job ${state.request.id}`)
    const atMs = services.clock.now()
    desk.record([
      ...receipts.map(
        ({ what, receipt }) => ({ type: 'gas', atMs, what, feeWei: receipt.feeWei, gasUsed: receipt.gasUsed }) as const,
      ),
      ...wanted.flatMap(({ agreement }) => {
        const id = agreement as Bytes32
        const funding = fundings.get(channelId(channelOf(agreementOf(state, id).terms)))
        return funding ? [{ type: 'funded', atMs, agreement: id, funding } as const] : []
      }),
    ])
  }
  for (const agreement of live) announceFunding(desk, agreement)
}

/** Shows a provider its newest proof, until it says that it holds. */
function announceFunding(desk: JobDesk, agreement: AgreementState): void {
  const notes = desk.links.get(agreement.id)
  const newest = agreement.fundings.at(-1) ?? desk.services.treasury.newestFunding(channelOf(agreement.terms))
  if (!notes || !newest || notes.announced === newest.root) return
  if (!notes.link.send({ type: 'fund', funding: newest })) return
  notes.announced = newest.root
  if (!notes.funded) notes.unfundedSinceMs ??= desk.services.clock.now()
}
