import { chooseOffers, offeredMsPerUnit, planFunding } from '@golem/market'
import { agreementId, type Bytes32, channelId, type Offer, priceOf, signTerms, type Terms } from '@golem/protocol'
import { openAgreementLink } from './agreement-link.ts'
import { channelOf, dropAll, exclude } from './attempts.ts'
import { onProviderMessage, onReconnected } from './conversation.ts'
import type { JobDesk, LinkNotes } from './job-desk.ts'
import { type AgreementState, agreementOf, openAttempts } from './job-state.ts'
import type { DemandHandle } from './offer-desk.ts'

/** Proposes an agreement to every offer worth having; the work decides how many that are. */
export function hire(desk: JobDesk, demand: DemandHandle, coresWanted: number): void {
  const offers = demand.offers()
  const busy = new Set<string>()
  let cores = 0
  for (const [id, notes] of desk.links) {
    const agreement = desk.state.agreements.get(id)
    if (notes.state === 'open' && agreement && !agreement.excluded) cores += agreement.cores
  }
  for (const { terms, excluded, closed } of desk.state.agreements.values()) {
    if (excluded !== null || !closed) busy.add(terms.provider)
  }
  for (const { provider } of desk.links.values()) busy.add(provider)
  const chosen = chooseOffers({
    offers: offers.map(({ body }) => body),
    without: busy,
    coresWanted: coresWanted - cores,
    nowMs: desk.services.clock.now(),
  })
  for (const { provider } of chosen) {
    const offer = offers.find(({ body }) => body.provider === provider)
    if (offer) propose(desk, offer)
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
    capWei: state.budgetWei ?? 0n,
    unpaidLimitWei: body.unpaidLimitWei,
    deadlineMs: state.deadlineAtMs ?? 0,
  }
  const id = agreementId(terms)
  connect(desk, { id, terms, contact: body.contact, cores: body.cores, speed: body.speed })
}

type Proposal = Pick<AgreementState, 'id' | 'terms' | 'contact' | 'cores' | 'speed'>

/** Opens, or after a restart opens again, the stream of an agreement. */
export function connect(desk: JobDesk, { id, terms, contact, cores, speed }: Proposal): void {
  const { services } = desk
  const link = openAgreementLink(
    services,
    { terms, signature: signTerms(services.signer, terms), contact },
    {
      onState: (state, detail) => {
        notes.state = state
        notes.detail = detail
        if (state !== 'open') {
          notes.funded = false
          notes.announced = null
        }
        if (state === 'declined') exclude(desk, id, detail)
        if (state === 'silent') dropAll(desk, id, 'PROVIDER_LOST', 'The provider fell silent.')
        desk.wake()
      },
      onOpened: (providerSignature, unsettled) => {
        if (!desk.state.agreements.has(id)) {
          const atMs = services.clock.now()
          desk.record([{ type: 'agreed', atMs, agreement: id, terms, providerSignature, contact, cores, speed }])
        }
        onReconnected(desk, id, unsettled)
      },
      onMessage: (message) => onProviderMessage(desk, id, message),
    },
  )
  const notes: LinkNotes = {
    link,
    provider: terms.provider,
    state: 'connecting',
    detail: '',
    announced: null,
    funded: false,
    pausedUntilMs: 0,
    refusals: 0,
    failures: 0,
    msPerUnit: null,
  }
  desk.links.set(id, notes)
}

/** Locks money for every provider that is short of it, all in one transaction. */
export async function fund(desk: JobDesk): Promise<void> {
  const { services, state } = desk
  const { treasury } = services
  const waiting = [...state.subtasks.values()].filter((task) => !task.accepted)
  const units = waiting.reduce((sum, { subtask }) => sum + subtask.units, 0)
  const largest = waiting.reduce((most, { subtask }) => Math.max(most, subtask.units), 0)
  const outstanding = openAttempts(state).reduce((sum, attempt) => sum + attempt.priceWei, 0n)
  const live = [...state.agreements.values()].filter(
    (agreement) => !agreement.excluded && desk.links.get(agreement.id)?.state === 'open',
  )
  const wanted = planFunding({
    workers: live.map((agreement) => ({
      agreement: agreement.id,
      speed: agreement.cores / (desk.links.get(agreement.id)?.msPerUnit ?? offeredMsPerUnit(agreement.speed)),
      pricePerCoreHourWei: agreement.terms.pricePerCoreHourWei,
      provenLeftWei: treasury.freeCredit(channelOf(agreement.terms)),
    })),
    remainingWei: (price) => priceOf(units, price),
    largestWei: (price) => priceOf(largest, price),
    budgetLeftWei: (state.budgetWei ?? 0n) - state.spentWei - outstanding,
  })
  if (wanted.length > 0) {
    const requests = wanted.map(({ agreement, addWei }) => ({
      channel: channelOf(agreementOf(state, agreement as Bytes32).terms),
      addWei,
    }))
    const { fundings, receipts } = await treasury.lock(requests, state.deadlineAtMs ?? services.clock.now())
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
  if (notes.link.send({ type: 'fund', funding: newest })) notes.announced = newest.root
}
