import {
  ALLOCATION_HORIZON,
  type Assign,
  allocate,
  type Block,
  fetchLeftMs,
  type HandOut,
  handOutLimit,
  usualPay,
} from '@golem/market'
import {
  type Address,
  asCid,
  type Bytes32,
  type Cid,
  channelId,
  encodeJson,
  MAX_BATCH,
  MAX_SOURCES,
  MESSAGE_LIMIT_BYTES,
  priceOf,
  type Wei,
} from '@golem/protocol'
import { byteLength, fitted } from '../fitted.ts'
import { channelOf } from './channel-of.ts'
import { wrappedFor } from './content-key.ts'
import { crossingSubtasks } from './crossing.ts'
import type { JobDesk } from './job-desk.ts'
import {
  type AgreementState,
  type Attempt,
  attemptKey,
  checkOf,
  copiesOf,
  type JobState,
  openAttempts,
  type SubtaskState,
  subtaskOf,
  waitingSubtasks,
} from './job-state.ts'
import { capLeftWei, coresOf, isFrozen, msPerUnitOf, readyAgreements } from './pace.ts'
import { sayShared } from './sharing.ts'

/** Hands out what can be handed out now, and says what keeps the rest back. */
export function dispatch(desk: JobDesk): Block {
  const { services, state } = desk
  const nowMs = services.clock.now()
  const open = openAttempts(state)
  const outstandingWei = open.reduce((sum, attempt) => sum + attempt.priceWei, 0n)
  const isReplicated = checkOf(state).by === 'replicas'
  // Whoever is slow with a replica is waited for: another copy of it is under way beside.
  const slow = (isReplicated ? [] : open).filter(
    (attempt) => isSlowToArrive(desk, attempt, nowMs) || isFrozen(desk, attempt),
  )
  const workers = readyAgreements(desk).filter(
    ({ id }) => !isReplicated || desk.links.get(id)?.link.speaksClasses === true,
  )
  const limits = new Map(workers.map((agreement) => [agreement.id, limitOf(desk, agreement, open)]))
  // What was given up as late goes to who has shown that he delivers: among the others the next one may be as late.
  const proven = new Set(workers.filter(({ accepted }) => accepted > 0).map(({ id }) => id))
  const unproven = proven.size === 0 ? [] : workers.map(({ id }) => id).filter((id) => !proven.has(id))
  const avoid = (id: string) => slow.filter(({ subtask }) => subtask === id).map(({ agreement }) => agreement)
  const agreementsWith = (providers: readonly Address[]) =>
    workers.filter(({ terms }) => providers.includes(terms.provider)).map(({ id }) => id)
  const { assign, block } = allocate({
    nowMs,
    waiting: firstWaiting(
      desk,
      slow.filter(({ subtask }) => workers.some(({ id }) => !avoid(subtask).includes(id))),
    ).map(({ subtask, family, failedOn, late, doneBefore }) => ({
      id: subtask.id,
      units: subtask.units,
      ...(isReplicated ? { copyOf: { family, heldBy: agreementsWith(givenIn(state, family)) } } : {}),
      failedOn: [
        ...failedOn,
        ...avoid(subtask.id),
        ...(late > 0 ? unproven : []),
        ...agreementsWith(doneBefore),
        ...workers.flatMap(({ id }) => (decidesNothing(desk, family, id) ? [id] : [])),
      ],
    })),
    // What is delivered and waits for its check keeps no core busy.
    running: open
      .filter((attempt) => attempt.state === 'running')
      .map((attempt) => ({
        subtask: attempt.subtask,
        agreement: attempt.agreement,
        units: subtaskOf(state, attempt.subtask).subtask.units,
        startedAtMs: attempt.startedAtMs,
        fraction: desk.progress.get(attemptKey(attempt.agreement, attempt.index)) ?? 0,
      })),
    delivered: new Set(
      open.filter(({ state: now }) => isReplicated || now !== 'running').map(({ subtask }) => subtask),
    ),
    workers: workers.map((agreement) => ({
      agreement: agreement.id,
      channel: channelId(channelOf(agreement.terms)),
      cores: coresOf(desk, agreement),
      fetchMs: fetchLeftMs(nowMs, inputsAt(desk, agreement, open)),
      msPerUnit: msPerUnitOf(desk, agreement),
      pricePerCoreHourWei: agreement.terms.pricePerCoreHourWei,
      accepted: agreement.accepted,
      unsettled: open.filter((attempt) => attempt.agreement === agreement.id && attempt.state !== 'running').length,
      outstandingWei: outstandingWith(desk, agreement, open),
      unpaidLimitWei: limits.get(agreement.id)?.unpaidWei ?? agreement.terms.unpaidLimitWei,
      provenLeftWei: lesser(services.treasury.freeCredit(channelOf(agreement.terms)), capLeftWei(agreement, open)),
    })),
    budgetLeftWei: (state.budgetWei ?? 0n) - state.spentWei - outstandingWei,
  })
  for (const { id } of workers) {
    const its = assign.filter(({ agreement }) => agreement === id)
    if (its.length > 0) handTo(desk, id, its, limits.get(id)?.creditWei ?? null)
  }
  const late = assign.filter(({ speculative }) => speculative)
  sayShared(desk, new Set([...slow, ...late].map(({ subtask }) => subtask)))
  return block
}

/** Providers that have a copy of it, or had one and differed. */
const givenIn = (state: JobState, family: string): Address[] =>
  copiesOf(state, family).flatMap(({ givenTo }) => [...givenTo])

/** A replica in its class would leave open what one in another class decides. */
function decidesNothing({ services, askIn, links }: JobDesk, family: string, id: Bytes32): boolean {
  const classes = askIn.get(family)
  const { calibrate, runtime } = services.app.manifest
  if (classes === undefined || calibrate === null || runtime.kind === 'wasm') return false
  const shown = links.get(id)?.calibration
  return !shown || !classes.has(shown.hash)
}

/** Prices of what a provider has, of all jobs. */
const outstandingWith = ({ services, state }: JobDesk, { id, terms }: AgreementState, open: readonly Attempt[]): Wei =>
  open.reduce(
    (sum, { agreement, priceWei }) => (agreement === id ? sum + priceWei : sum),
    services.openElsewhereWei(state, terms.provider),
  )

/** How much may stand open with a provider, and what of it is paid before. */
function limitOf(
  { services, state, links }: JobDesk,
  { id, terms }: AgreementState,
  open: readonly Attempt[],
): HandOut {
  const { unpaidLimitWei: mostWei, provider, manifest, pricePerCoreHourWei } = terms
  if (services.backings === undefined) return { unpaidWei: mostWei, creditWei: null }
  const uncheckedWei = open.reduce(
    (sum, { agreement, state: now, priceWei }) => (agreement === id && now === 'delivered' ? sum + priceWei : sum),
    0n,
  )
  return handOutLimit({
    said: links.get(id)?.credit ?? null,
    provider: services.backings.ofProvider(provider, manifest),
    usualWei: usualPay(pricePerCoreHourWei),
    largestWei: priceOf(state.largestUnits, pricePerCoreHourWei),
    ...{ mostWei, uncheckedWei },
  })
}

/** A voucher for what is not earned yet, where somebody is to be paid before. */
function payBefore(desk: JobDesk, agreement: AgreementState, needWei: Wei): void {
  const { services, state, links } = desk
  const { treasury } = services
  const channel = channelOf(agreement.terms)
  const addWei = needWei - treasury.prepaidWei(channel)
  if (addWei <= 0n) return
  const { voucher, changes, made } = treasury.prepay(channel, addWei)
  services.store.commit(changes)
  made()
  links.get(agreement.id)?.link.send({ type: 'accept', indices: [], voucher })
  services.logger.info({ job: state.request.id, peer: agreement.terms.provider, addWei: `${addWei}` }, 'paid before')
}

/** How a provider stands with the job's inputs. */
function inputsAt({ state, links }: JobDesk, { id, accepted }: AgreementState, open: readonly Attempt[]) {
  const begun = open.flatMap(({ agreement, startedAtMs }) => (agreement === id ? (startedAtMs ?? []) : []))
  return {
    bytes: state.inspection?.inputBytes ?? 0,
    isHeld: accepted > 0 || links.get(id)?.holdsInputs === true,
    wantedSinceMs: begun.length === 0 ? null : Math.min(...begun),
  }
}

/** What nobody works at, and what those who do keep waiting; as many as one allocation looks at. */
function firstWaiting(desk: JobDesk, slow: readonly Attempt[]): SubtaskState[] {
  const { state } = desk
  const crossing = crossingSubtasks(desk)
  const others = new Set(
    openAttempts(state)
      .filter((attempt) => !slow.includes(attempt))
      .map(({ subtask }) => subtask),
  )
  const late = slow
    .map(({ subtask }) => subtaskOf(state, subtask))
    .filter(({ accepted, subtask }) => !accepted && !others.has(subtask.id))
  const first: SubtaskState[] = [...new Set(late)]
  for (const task of waitingSubtasks(state)) {
    if (first.length >= ALLOCATION_HORIZON) break
    if (!crossing.has(task.subtask.id)) first.push(task)
  }
  return first
}

/** Outputs that take longer to arrive are asked of another provider too. */
const SLOW_FETCH_MS = 15_000

const isSlowToArrive = (desk: JobDesk, { agreement, index, state }: Attempt, nowMs: number): boolean =>
  state === 'delivered' && nowMs - (desk.fetching.get(attemptKey(agreement, index)) ?? nowMs) > SLOW_FETCH_MS

/** Whoever has to fetch the inputs gets them from other providers too: the requestor's line is one among many. */
function tellSources({ state, links }: JobDesk, id: Bytes32, inputs: Cid): void {
  const notes = links.get(id)
  if (!notes?.link.speaksHoldings || notes.holdsInputs || notes.toldSources) return
  const from = [...links]
    .filter(([other, { holdsInputs, state: now }]) => other !== id && holdsInputs && now === 'open')
    .flatMap(([other]) => state.agreements.get(other)?.contact ?? [])
    .slice(0, MAX_SOURCES)
  if (from.length === 0) return
  notes.toldSources = true
  notes.link.send({ type: 'sources', inputs, from })
}

/** What a message of assignments says beside them. */
const ENVELOPE_BYTES = 1_000

/** In the log first, all in one commit, then said in as few messages as they fit into. */
function handTo(desk: JobDesk, id: Bytes32, assigned: readonly Assign[], creditWei: Wei | null): void {
  const { services, state } = desk
  const agreement = state.agreements.get(id)
  const link = desk.links.get(id)?.link
  const inputs = state.inspection ? asCid(state.inspection.inputs) : null
  if (!agreement || !inputs) return
  const atMs = services.clock.now()
  const first = agreement.nextIndex
  desk.record(
    assigned.map(({ subtask, priceWei, speculative }, position) => {
      const index = first + position
      return { type: 'assigned', atMs, agreement: id, index, subtask, priceWei, speculative } as const
    }),
  )
  tellSources(desk, id, inputs)
  if (creditWei !== null) payBefore(desk, agreement, outstandingWith(desk, agreement, openAttempts(state)) - creditWei)
  const channel = channelOf(agreement.terms)
  const key = wrappedFor(desk, id)
  const assignments = assigned.map(({ subtask: subtaskId, priceWei }, position) => {
    services.treasury.reserve(channel, priceWei)
    const { subtask } = subtaskOf(state, subtaskId)
    const asReplica = checkOf(state).by === 'replicas' ? { replica: true as const } : {}
    return { index: first + position, request: subtask.request, units: subtask.units, priceWei, ...key, ...asReplica }
  })
  if (!link?.speaksBatches || assignments.length === 1) {
    for (const assignment of assignments) link?.send({ type: 'assign', assignment: { ...assignment, inputs } })
    return
  }
  const limits = { count: MAX_BATCH, bytes: MESSAGE_LIMIT_BYTES - ENVELOPE_BYTES }
  for (const batch of fitted(assignments, (each) => byteLength(encodeJson(each)) + 1, limits))
    link.send({ type: 'assign-many', inputs, assignments: batch })
}

const lesser = (one: Wei, other: Wei): Wei => (one < other ? one : other)
