import {
  type Block,
  chooseOffers,
  credibleCores,
  expectedPrice,
  MAX_PROVIDERS,
  mostPaidBefore,
  usualPay,
} from '@golem/market'
import type { Program } from '@golem/ports'
import {
  asCid,
  type Bytes32,
  channelId,
  formatGlm,
  GolemError,
  type InputFile,
  type Json,
  type OfferBody,
  type Plan,
  priceOf,
} from '@golem/protocol'
import { dropAttempts, letGoOfAll } from './attempts.ts'
import { channelOf } from './channel-of.ts'
import { type Checker, createChecker } from './checking.ts'
import { chosenCheck } from './chosen-check.ts'
import { sealingOf } from './content-key.ts'
import { crossingSubtasks } from './crossing.ts'
import { dispatch } from './dispatch.ts'
import { estimateWork, examine } from './examine.ts'
import { demandFor } from './examine-only.ts'
import { connect, fund, hire } from './hiring.ts'
import type { JobDesk, LinkNotes } from './job-desk.ts'
import type { JobEvent } from './job-events.ts'
import {
  type Attempt,
  applyJobEvent,
  checkOf,
  groupsToMerge,
  isAwaited,
  type JobState,
  openAttempts,
  resultsOf,
} from './job-state.ts'
import { createMerger, finishJob, type Merger } from './merging.ts'
import { noProvider } from './no-provider.ts'
import type { DemandHandle } from './offer-desk.ts'
import { isOvertime } from './overtime.ts'
import { readyAgreements, takeBackStalled } from './pace.ts'
import { agreeingIn, firstCopies } from './replicas.ts'
import { createTrials } from './trials.ts'
import { providersAt, whyWaiting } from './why-waiting.ts'
import { openWorkbench, type Workbench } from './workbench.ts'

/** What a person can say to a running job. */
export type JobControl = {
  /** Aborted when the person wants it to stop. */
  cancelled: AbortSignal
  /** Resolves with the budget once the price is accepted. */
  confirmed: Promise<bigint | null>
}

/** Offers that are looked for, however little there is to do: prices can be compared. */
const MIN_OFFERS = 16
/** The loop looks at least this often, for deadlines and silent peers. */
const TICK_MS = 500
/** After the first offer, others get this much time without a new one before the work is cut. */
const OFFER_SETTLE_MS = 120
const OFFER_SETTLE_LIMIT_MS = 1_000
/** A chain that does not answer in mid-job is asked again. */
const CHAIN_RETRY_MS = 2_000
/** Every provider lost in mid-job: others may come for so long. */
const PROVIDERLESS_MS = 60_000
/** Those who say that they take no work now are waited for longer: they mean to come back. */
const NOT_LENDING_MS = 10 * 60_000
const LAST_WORDS_MS = 1_000
/** What may cross with a word to stop is looked for this often. */
const CROSSING_LOOK_MS = 100
/** Without a budget, the estimate times this, in per cent, is the most that is spent. */
const UPPER_BOUND_PERCENT = 150n

/** Runs a job from where its log stands to its end. Resolves when it has ended, or when the node stops. */
export async function runJob(desk: JobDesk, control: JobControl, inputs: InputFile[]): Promise<void> {
  const { services, state } = desk
  const demand = services.offerDesk.open(demandOf(desk), { onOffer: desk.wake, wanted: () => offersWanted(desk) })
  let bench: Workbench | null = null
  try {
    bench = await openWorkbench(desk)
    reconnect(desk)
    await prepare(desk, bench, demand, control, inputs)
    await compute(desk, bench, demand, control)
    desk.phase = 'finishing'
    desk.wake()
    const files = await finishJob(desk, bench)
    desk.record([{ type: 'ended', atMs: services.clock.now(), how: 'done', files, problem: null }])
  } catch (error) {
    if (!desk.signal.aborted) endBadly(desk, error)
  } finally {
    demand.close()
    // What could not be written down has not happened: the agreements wait for the restart.
    const ended = state.ended !== null && !desk.isUnwritten
    if (ended) await lastWords(desk)
    const settled = ended ? await services.settler.begin(earnedChannels(desk), `job ${state.request.id}`) : new Set()
    for (const [id, { link }] of desk.links) {
      const terms = state.agreements.get(id)?.terms
      const settles = terms !== undefined && settled.has(channelId(channelOf(terms)))
      if (ended && isPaid(desk, id)) link.send({ type: 'finish', ...(settles ? { settles } : {}) })
      link.close()
    }
    for (const attempt of openAttempts(state)) {
      const agreement = state.agreements.get(attempt.agreement)
      if (agreement) services.treasury.release(channelOf(agreement.terms), attempt.priceWei)
    }
    if (ended) services.audits?.flush(state.request.id)
    if (ended) handOver(desk)
    await bench?.close()
    if (ended) await letGoOfAll(desk)
    desk.wake()
  }
}

/** The last vouchers are heard a moment after they were sent; whoever takes longer is brought them later. */
async function lastWords(desk: JobDesk): Promise<void> {
  const { clock } = desk.services
  const giveUpMs = clock.now() + LAST_WORDS_MS
  const isAwaited = () => [...desk.links].some(([id, { state }]) => state === 'open' && !isPaid(desk, id))
  while (isAwaited() && clock.now() < giveUpMs && !desk.signal.aborted) await desk.woken(LAST_WORDS_MS)
}

const earnedChannels = ({ state }: JobDesk) =>
  [...state.agreements.values()].flatMap(({ terms, accepted }) => (accepted > 0 ? [channelOf(terms)] : []))

/** Its provider has said that it holds a voucher for all that was accepted. */
function isPaid({ state, services, heardWei }: JobDesk, id: Bytes32): boolean {
  const agreement = state.agreements.get(id)
  if (!agreement || agreement.accepted === 0) return true
  return (heardWei.get(id) ?? -1n) >= (services.treasury.latest(channelOf(agreement.terms))?.amountWei ?? 0n)
}

function handOver({ services, state, heardWei }: JobDesk): void {
  try {
    services.courier.takeOver(state, heardWei)
  } catch (error) {
    services.logger.warn({ job: state.request.id, err: error }, 'vouchers are brought after the next start')
  }
}

const demandOf = ({ services }: JobDesk) => demandFor(services, services.app, services.maxPricePerCoreHourWei)

/** Two offers for each provider that could have work, so that there is a choice; those that are not used again do not count. */
function offersWanted({ state }: JobDesk): number {
  const waiting = [...state.subtasks.values()].filter((task) => !task.accepted).length
  const useless = [...state.agreements.values()].filter(({ excluded, closed }) => excluded !== null || closed).length
  return Math.min(MAX_PROVIDERS, Math.max(MIN_OFFERS, 2 * waiting)) + useless
}

/** After a restart: the agreements still bind both sides. */
function reconnect(desk: JobDesk): void {
  const { services, state } = desk
  for (const attempt of openAttempts(state)) {
    const agreement = state.agreements.get(attempt.agreement)
    if (agreement) services.treasury.reserve(channelOf(agreement.terms), attempt.priceWei)
  }
  for (const agreement of state.agreements.values()) {
    const { excluded, closed, terms } = agreement
    if (!excluded && !closed && terms.deadlineMs > services.clock.now()) connect(desk, agreement)
  }
}

async function prepare(
  desk: JobDesk,
  bench: Workbench,
  demand: DemandHandle,
  control: JobControl,
  inputs: InputFile[],
): Promise<void> {
  const { services, state } = desk
  const { parameters } = state.request
  const { app, clock } = services
  const components = (program: Program) => ({ ...services, program })
  const cut = async (estimate: Json) => {
    const offers = hireable(desk, demand)
    const cores = offers.reduce((sum, offer) => sum + credibleCores(offer.cores, 0), 0)
    const plan = await app.split({ parameters, inspection: state.inspection?.inspection ?? null, estimate, cores })
    // Told before anything is spent.
    return { plan, check: chosenCheck(app, plan, state.request.check), priceWei: expectedPrice(offers) }
  }
  if (!state.inspection) {
    desk.phase = 'examining'
    const found = await bench.enqueue((program, speaker) =>
      examine(components(speaker), {
        parameters,
        inputs,
        jobInputs: bench.jobInputs,
        programInputs: program.folders.in,
        ...sealingOf(state.request),
        signal: desk.signal,
      }),
    )
    await services.storage.pin(asCid(found.inputs), `job/${state.request.id}`)
    desk.record([{ type: 'inspected', atMs: clock.now(), ...found }])
  }
  const examination = state.inspection ?? failInvariant('inspected')
  if (!state.estimate) {
    desk.phase = 'estimating'
    const work = await bench.enqueue((_program, speaker) =>
      estimateWork(components(speaker), { parameters, examination, signal: desk.signal }),
    )
    desk.phase = 'negotiating'
    await firstOffers(desk, demand, control)
    // The sum over what it is cut into: every part is prepared by itself, so that all cost more than the whole.
    const { plan, check, priceWei } = await cut(work.estimate)
    const copies = agreeingIn(check)
    const totalUnits = copies * plan.subtasks.reduce((sum, { units }) => sum + units, 0)
    const estimateWei = BigInt(copies) * plan.subtasks.reduce((sum, { units }) => sum + priceOf(units, priceWei), 0n)
    desk.record([{ type: 'estimated', atMs: clock.now(), ...work, totalUnits, estimateWei }])
  }
  const estimate = state.estimate ?? failInvariant('estimated')
  if (!state.plan) {
    if (hireable(desk, demand).length === 0) await firstOffers(desk, demand, control)
    const { plan, check, priceWei } = await cut(estimate.estimate)
    desk.paidBeforeWei = mostAtRisk(desk, hireable(desk, demand), plan)
    await confirm(desk, control, plan, priceWei)
    const atMs = clock.now()
    desk.record([{ type: 'planned', atMs, plan, check }, ...firstCopies(plan, check, atMs)])
  }
}

/** What the one of those who offer that is trusted most could run away with. */
function mostAtRisk({ services }: JobDesk, offers: readonly OfferBody[], { subtasks }: Plan): bigint {
  const { backings, app } = services
  if (backings === undefined) return 0n
  const units = subtasks.reduce((most, each) => Math.max(most, each.units), 0)
  return offers.reduce((most, { provider, pricePerCoreHourWei: price, unpaidLimitWei: mostWei }) => {
    const limits = { usualWei: usualPay(price), largestWei: priceOf(units, price), mostWei }
    const wei = mostPaidBefore(backings.ofProvider(provider, app.manifestCid), limits)
    return wei > most ? wei : most
  }, 0n)
}

async function confirm(desk: JobDesk, control: JobControl, plan: Plan, priceWei: bigint): Promise<void> {
  const { services, state } = desk
  if (state.request.confirm && state.deadlineAtMs === null) {
    desk.phase = 'confirming'
    desk.wake()
    const stopped = Promise.withResolvers<null>()
    const stop = () => stopped.resolve(null)
    AbortSignal.any([desk.signal, control.cancelled]).addEventListener('abort', stop)
    if (control.cancelled.aborted) stop()
    state.budgetWei = (await Promise.race([control.confirmed, stopped.promise])) ?? state.budgetWei
    throwIfStopped(desk, control)
    desk.phase = 'negotiating'
  }
  const estimateWei = state.estimate?.estimateWei ?? 0n
  const budgetWei = state.budgetWei ?? (estimateWei * UPPER_BOUND_PERCENT) / 100n + 1n
  const cheapest = cheapestGroup(plan, priceWei)
  if (budgetWei < cheapest.priceWei) {
    throw new GolemError({
      code: 'BUDGET_TOO_SMALL',
      message: `The budget of ${formatGlm(budgetWei)} GLM cannot pay ${cheapest.label}, which costs about ${formatGlm(cheapest.priceWei)} GLM.`,
      remedy: `The whole job costs about ${formatGlm(estimateWei)} GLM: raise --budget, or lower samples or size.`,
      data: { needed: cheapest.priceWei.toString() },
    })
  }
  await services.treasury.checkFunds(budgetWei < estimateWei ? budgetWei : estimateWei)
  const nowMs = services.clock.now()
  desk.record([{ type: 'confirmed', atMs: nowMs, budgetWei, deadlineAtMs: nowMs + state.request.deadlineMs }])
}

function cheapestGroup(plan: Plan, pricePerCoreHourWei: bigint): { label: string; priceWei: bigint } {
  const units = new Map<string, number>()
  for (const subtask of plan.subtasks) units.set(subtask.group, (units.get(subtask.group) ?? 0) + subtask.units)
  const [cheapest] = plan.groups
    .map(({ id, label }) => ({ label, priceWei: priceOf(units.get(id) ?? 0, pricePerCoreHourWei) }))
    .sort((a, b) => Number(a.priceWei - b.priceWei))
  return cheapest ?? failInvariant('group')
}

/** Waits for an offer, and then for as long as more keep coming. */
async function firstOffers(desk: JobDesk, demand: DemandHandle, control: JobControl): Promise<void> {
  const { clock } = desk.services
  const beganMs = clock.now()
  const timeoutMs = desk.state.request.offerTimeoutMs
  while (hireable(desk, demand).length === 0) {
    throwIfStopped(desk, control)
    desk.waiting = `no provider has offered ${desk.services.app.title} yet`
    if (clock.now() - beganMs > timeoutMs) throw noProvider(desk, demand, timeoutMs)
    await desk.woken(Math.min(TICK_MS, timeoutMs))
  }
  desk.waiting = null
  const settleFromMs = clock.now()
  for (let count = -1; count !== demand.offers().length && clock.now() - settleFromMs < OFFER_SETTLE_LIMIT_MS; ) {
    count = demand.offers().length
    await clock.sleep(OFFER_SETTLE_MS, { signal: desk.signal })
  }
}

const hireable = (desk: JobDesk, demand: DemandHandle) =>
  chooseOffers({
    offers: demand.offers().map(({ body }) => body),
    without: new Set(),
    coresWanted: Number.POSITIVE_INFINITY,
    nowMs: desk.services.clock.now(),
  }).slice(0, MAX_PROVIDERS)

async function compute(desk: JobDesk, bench: Workbench, demand: DemandHandle, control: JobControl): Promise<void> {
  const { services, state } = desk
  const checker = createChecker(desk, bench)
  const merger = createMerger(desk, bench)
  const trials = createTrials(desk, bench)
  const funder = createFunder(desk)
  let block: Block = null
  let lastWorkedMs = services.clock.now()
  desk.phase = 'running'
  try {
    while (state.merged.size < (state.plan?.groups.length ?? 0)) {
      throwIfStopped(desk, control)
      const waiting = state.subtasks.size - state.acceptedCount
      if (!state.isPaused) hire(desk, demand, waiting)
      takeBackStalled(desk)
      funder.look(block)
      block = state.isPaused ? null : dispatch(desk)
      checker.look()
      merger.look()
      trials.look()
      const someoneWorks = readyAgreements(desk).length > 0 || state.open.size > 0 || waiting === 0 || state.isPaused
      if (someoneWorks) lastWorkedMs = services.clock.now()
      desk.waiting =
        funder.trouble() ??
        (block === 'no-workers' && somethingMoves(desk) ? null : whyWaiting(block, providersAt(desk)))
      endIfHopeless(desk, demand, block, services.clock.now() - lastWorkedMs)
      await desk.woken(TICK_MS)
    }
  } catch (error) {
    if (!desk.signal.aborted && desk.failure === null) await stopCleanly(desk, checker, merger)
    throw error
  }
}

/** Whether credit lasts is looked at this often, unless somebody waits for it. */
const FUNDING_LOOK_MS = 200

/** Tops the providers' locks up beside the work, one transaction at a time. */
function createFunder(desk: JobDesk) {
  const { clock } = desk.services
  let underWay = false
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let trouble: string | null = null
  return {
    trouble: () => trouble,
    look: (block: Block) => {
      const isHeldBack = block !== 'busy' && block !== null
      const someoneWaits = isHeldBack || [...desk.links.values()].some(isUnfunded)
      if (underWay || (!someoneWaits && clock.now() - lookedAtMs < FUNDING_LOOK_MS)) return
      underWay = true
      lookedAtMs = clock.now()
      fund(desk)
        .then(() => {
          trouble = null
        })
        .catch(async (error: unknown) => {
          const isPassing =
            error instanceof GolemError &&
            (error.code === 'TRANSACTION_PENDING' ||
              error.code === 'GAS_TOO_DEAR' ||
              (error.code === 'CHAIN_UNREACHABLE' && desk.state.spentWei > 0n) ||
              // Those who are funded already go on.
              (error.code === 'FUNDS_MISSING' && desk.state.open.size > 0))
          if (!isPassing) return desk.fail(error)
          trouble = error.message
          await desk.services.clock.sleep(CHAIN_RETRY_MS, { signal: desk.signal }).catch(() => undefined)
        })
        .finally(() => {
          underWay = false
        })
    },
  }
}

const isUnfunded = ({ state, funded, announced }: LinkNotes): boolean =>
  state === 'open' && !funded && announced === null

/** What is delivered is still checked, paid and merged; what runs is told to stop. */
async function stopCleanly(desk: JobDesk, checker: Checker, merger: Merger): Promise<void> {
  const { state } = desk
  desk.phase = 'finishing'
  // Replicas that were committed to may be shown.
  const isStopped = checkOf(state).by === 'replicas' ? ({ state: now }: Attempt) => now === 'running' : isAwaited
  dropAttempts(desk, openAttempts(state).filter(isStopped), 'CANCELLED', 'The job was cancelled.')
  await settleRest(desk, checker)
  if (!desk.signal.aborted && desk.failure === null) await checker.judgeAlone()
  merger.look()
  await merger.settled()
}

/** Checks and pays what was delivered, also what was delivered while its provider was told to stop. */
async function settleRest(desk: JobDesk, checker: Checker): Promise<void> {
  while (!desk.signal.aborted && desk.failure === null) {
    checker.look()
    if (!checker.isBusy() && crossingSubtasks(desk).size === 0) return
    await desk.woken(CROSSING_LOOK_MS)
  }
}

function throwIfStopped(desk: JobDesk, control: JobControl): void {
  const { state, services } = desk
  desk.signal.throwIfAborted()
  if (desk.failure) throw desk.failure.error
  if (control.cancelled.aborted) throw new GolemError({ code: 'JOB_CANCELLED', message: 'The job was cancelled.' })
  const { done, total } = resultsOf(state)
  const nowMs = services.clock.now()
  if (state.deadlineAtMs !== null && nowMs > state.deadlineAtMs && !isOvertime(state, nowMs)) {
    throw new GolemError({
      code: 'DEADLINE_PASSED',
      message: `The deadline passed with ${done} of ${total} results done.`,
      remedy: goOn(state, 'resume --deadline TIME'),
    })
  }
}

/** How the rest is had. */
function goOn(state: JobState, act: string): string {
  const { done } = resultsOf(state)
  const kept = done === 0 ? '' : done === 1 ? 'It is kept; ' : 'They are kept; '
  return `${kept}\`golem job ${state.request.id} ${act}\` goes on${done === 0 ? '' : ' with the rest'}.`
}

/** Something is computed or checked, and does not stand still with its provider. */
const somethingMoves = (desk: JobDesk): boolean =>
  openAttempts(desk.state).some(
    ({ agreement, state }) => state !== 'running' || desk.links.get(agreement)?.lending !== 'frozen',
  )

function endIfHopeless(desk: JobDesk, demand: DemandHandle, block: Block, providerlessMs: number): void {
  const { state } = desk
  const { done, total } = resultsOf(state)
  const limitMs =
    state.agreements.size === 0
      ? state.request.offerTimeoutMs
      : Math.max(state.request.offerTimeoutMs, providersAt(desk).notLending > 0 ? NOT_LENDING_MS : PROVIDERLESS_MS)
  if (providerlessMs > limitMs) throw noProvider(desk, demand, limitMs)
  if (block === 'budget' && state.open.size === 0 && groupsToMerge(state).length === 0) {
    throw new GolemError({
      code: 'BUDGET_SPENT',
      message: `The budget of ${formatGlm(state.budgetWei ?? 0n)} GLM is used up with ${done} of ${total} results done.`,
      remedy: goOn(state, 'resume --budget GLM'),
    })
  }
}

function endBadly(desk: JobDesk, error: unknown): void {
  const { services, state } = desk
  const cancelled = error instanceof GolemError && error.code === 'JOB_CANCELLED'
  if (!(error instanceof GolemError))
    services.logger.error({ job: state.request.id, err: error }, 'job failed by a defect')
  const problem =
    error instanceof GolemError
      ? { code: error.code, message: error.message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) }
      : { code: 'DEFECT', message: `Golem itself failed: ${String(error)}`, remedy: 'See daemon.log, and report it.' }
  const how = cancelled ? 'cancelled' : 'failed'
  const atMs = services.clock.now()
  const end: JobEvent = { type: 'ended', atMs, how, files: [], problem: cancelled ? null : problem }
  try {
    dropAttempts(desk, openAttempts(state), 'CANCELLED', 'The job has ended.')
    desk.record([end])
  } catch (cause) {
    // A log that takes nothing more keeps the job as it was: people are told now, and a restart takes it up there.
    services.logger.error({ job: state.request.id, err: cause }, 'the end of a job could not be written down')
    desk.isUnwritten = true
    applyJobEvent(state, end)
  }
}

const failInvariant = (what: string): never => {
  throw new RangeError(`a job without its ${what}`)
}
