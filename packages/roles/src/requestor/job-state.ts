import {
  type Address,
  type BatchedDelivery,
  type Bytes32,
  type Funding,
  HANDED_BACK,
  type Json,
  MAX_REPLICAS,
  type PeerContact,
  type Plan,
  type Problem,
  type RejectionEvidence,
  type Signature,
  type Subtask,
  type Terms,
  type Usage,
  type Wei,
} from '@golem/protocol'
import { type JobCheck, jobCheckOf } from './chosen-check.ts'
import type { Examination } from './examine.ts'
import type { ChainSecret, JobEvent, JobRequest } from './job-events.ts'

/**
 * `committed`: computed, and delivered when that is asked for; of replicas, once all who compute the same have committed
 * themselves.
 */
export type AttemptState = 'running' | 'committed' | 'delivered' | 'accepted' | 'rejected' | 'dropped'

type Delivered = {
  outputs: string | null
  result: Json
  usage: Usage
  draw?: number | undefined
  /** What its provider says that it was asked. */
  asked?: Bytes32 | undefined
}
/** The provider's word for a delivery; `batch`: all that it is for, null where it was delivered alone. */
export type SignedDelivery = { signature: Signature; batch: readonly BatchedDelivery[] | null }

/** One try of one provider at one subtask. */
export type Attempt = {
  agreement: Bytes32
  index: number
  subtask: string
  priceWei: Wei
  speculative: boolean
  assignedAtMs: number
  /** By our own count of its cores; null while it waits there for one. */
  startedAtMs: number | null
  state: AttemptState
  /** `outputs`: null where it left no files. */
  delivery: (Delivered & { atMs: number; signed: SignedDelivery }) | null
  /** Of a replica. */
  commitment: Bytes32 | null
  /** When it was said to be ready; null where it was not. */
  readyAtMs: number | null
  /** Accepted, and nothing of it was done again. */
  isUnseen: boolean
  /** The code by which it was dropped, and when. */
  dropped: string | null
  droppedAtMs: number
  /** Why it was rejected, as the provider was shown. */
  shown: RejectionEvidence | null
}

export type AgreementState = {
  id: Bytes32
  terms: Terms
  providerSignature: Signature
  contact: PeerContact
  cores: number
  speed: number
  fundings: Funding[]
  draws: ChainSecret | null
  /** The latest draw that a delivery named, and that is no secret any more. */
  revealed: number | null
  /** Set when it gets no more work in this job. */
  excluded: string | null
  /** The job ended, and the agreement with it, or the provider let it go: new ones are signed. */
  closed: boolean
  nextIndex: number
  /** Indices that it computes or will, in the order in which it got them. */
  running: number[]
  acceptedWei: Wei
  accepted: number
  rejected: number
}

export type Rejection = { subtask: string; agreement: Bytes32; code: string; message: string; atMs: number }

export type SubtaskState = {
  subtask: Subtask
  /** What it is a copy of, or its own id: one result of each family is merged. */
  family: string
  /** Providers that were given it, and did not give it back. */
  givenTo: Set<Address>
  accepted: { attempt: Attempt; how: string } | null
  failedOn: Bytes32[]
  /** Failures for which the work itself may be to blame: past a bound it is tried here. */
  failures: { agreement: Bytes32; code: string; message: string }[]
  /** Attempts that were given up as late. */
  late: number
  /** Who did it before it was to be done again. */
  doneBefore: Address[]
  /** In the plan. */
  position: number
}

export type JobState = {
  request: JobRequest
  inspection: Examination | null
  estimate: { estimate: Json; totalUnits: number; estimateWei: Wei } | null
  budgetWei: Wei | null
  /** How long it may take from a start, as was said last. */
  deadlineMs: number
  deadlineAtMs: number | null
  plan: Plan | null
  /** Of the largest subtask in it. */
  largestUnits: number
  /** How deliveries are checked, once there is a plan. */
  check: JobCheck | null
  subtasks: Map<string, SubtaskState>
  agreements: Map<Bytes32, AgreementState>
  attempts: Map<string, Attempt>
  /** Attempts that are neither judged nor dropped. */
  open: Set<Attempt>
  /** Subtasks that nobody works at and that are not accepted; read by `waitingSubtasks`. */
  todo: { tasks: Map<string, SubtaskState>; isInOrder: boolean }
  /** Those for which the work itself may be to blame. */
  troubled: Set<SubtaskState>
  /** By group, how many of its subtasks are not accepted. */
  missing: Map<string, number>
  acceptedCount: number
  /** Attempts that were given up as late, in all. */
  lateCount: number
  merged: Map<string, string[]>
  /** By group, how often it was computed again. */
  redone: Map<string, number>
  isPaused: boolean
  rejections: Rejection[]
  /** Attempts that came to nothing, with what was said of it: the first ones, `MAX_FAILURES_KEPT` at most. */
  failures: Rejection[]
  spentWei: Wei
  gasWei: Wei
  gasUsed: bigint
  firstMergedAtMs: number | null
  ended: { how: 'done' | 'failed' | 'cancelled'; atMs: number; files: string[]; problem: Problem | null } | null
}

/** More of them tell people nothing new. */
const MAX_FAILURES_KEPT = 100

export const attemptKey = (agreement: Bytes32, index: number): string => `${agreement}/${index}`

/** Folds a job's log. The log begins with `created`. */
export function foldJob(events: readonly JobEvent[]): JobState {
  const [first, ...rest] = events
  if (first?.type !== 'created') throw new RangeError('a job log begins with "created"')
  const state = emptyJob(first.request)
  for (const event of rest) applyJobEvent(state, event)
  return state
}

const emptyJob = (request: JobRequest): JobState => ({
  request,
  inspection: null,
  estimate: null,
  budgetWei: request.budgetWei,
  deadlineMs: request.deadlineMs,
  deadlineAtMs: null,
  plan: null,
  largestUnits: 0,
  check: null,
  subtasks: new Map(),
  agreements: new Map(),
  attempts: new Map(),
  open: new Set(),
  todo: { tasks: new Map(), isInOrder: true },
  troubled: new Set(),
  missing: new Map(),
  acceptedCount: 0,
  lateCount: 0,
  merged: new Map(),
  redone: new Map(),
  isPaused: false,
  rejections: [],
  failures: [],
  spentWei: 0n,
  gasWei: 0n,
  gasUsed: 0n,
  firstMergedAtMs: null,
  ended: null,
})

/** Changes `state` in place; the same events give the same state. @throws {RangeError} on an event that cannot follow */
export function applyJobEvent(state: JobState, event: JobEvent): void {
  switch (event.type) {
    case 'created':
      throw new RangeError('a job is created once')
    case 'inspected':
      state.inspection = event
      return
    case 'estimated':
      state.estimate = event
      return
    case 'confirmed':
      state.budgetWei = event.budgetWei
      state.deadlineAtMs = event.deadlineAtMs
      return
    case 'planned':
      state.plan = event.plan
      state.largestUnits = event.plan.subtasks.reduce((most, { units }) => Math.max(most, units), 0)
      state.check = event.check ?? jobCheckOf(event.plan)
      state.subtasks = new Map(event.plan.subtasks.map((subtask, position) => [subtask.id, newTask(subtask, position)]))
      state.todo = { tasks: new Map(state.subtasks), isInOrder: true }
      for (const { group } of event.plan.subtasks) state.missing.set(group, (state.missing.get(group) ?? 0) + 1)
      return
    case 'copied': {
      const { subtask, family, position } = subtaskOf(state, event.of)
      const copy = { ...newTask({ ...subtask, id: event.copy }, position), family }
      state.subtasks.set(event.copy, copy)
      state.todo.tasks.set(event.copy, copy)
      state.todo.isInOrder = false
      state.missing.set(subtask.group, (state.missing.get(subtask.group) ?? 0) + 1)
      return
    }
    case 'uncopied': {
      const { subtask } = subtaskOf(state, event.subtask)
      state.subtasks.delete(subtask.id)
      state.todo.tasks.delete(subtask.id)
      state.missing.set(subtask.group, (state.missing.get(subtask.group) ?? 0) - 1)
      return
    }
    case 'committed': {
      const attempt = attemptOf(state, event)
      freeCore(state, event)
      attempt.state = 'committed'
      attempt.commitment = event.commitment
      return
    }
    case 'agreed':
      state.agreements.set(event.agreement, {
        id: event.agreement,
        terms: event.terms,
        providerSignature: event.providerSignature,
        contact: event.contact,
        cores: event.cores,
        speed: event.speed,
        fundings: [],
        draws: event.draws ?? null,
        revealed: null,
        excluded: null,
        closed: false,
        nextIndex: 0,
        running: [],
        acceptedWei: 0n,
        accepted: 0,
        rejected: 0,
      })
      return
    case 'funded':
      agreementOf(state, event.agreement).fundings.push(event.funding)
      return
    case 'assigned': {
      const agreement = agreementOf(state, event.agreement)
      agreement.nextIndex = event.index + 1
      agreement.running.push(event.index)
      const attempt: Attempt = {
        agreement: event.agreement,
        index: event.index,
        subtask: event.subtask,
        priceWei: event.priceWei,
        speculative: event.speculative,
        assignedAtMs: event.atMs,
        startedAtMs: agreement.running.length <= agreement.cores ? event.atMs : null,
        state: 'running',
        delivery: null,
        commitment: null,
        readyAtMs: null,
        isUnseen: false,
        dropped: null,
        droppedAtMs: 0,
        shown: null,
      }
      state.attempts.set(attemptKey(event.agreement, event.index), attempt)
      state.open.add(attempt)
      state.todo.tasks.delete(event.subtask)
      subtaskOf(state, event.subtask).givenTo.add(agreement.terms.provider)
      return
    }
    case 'delivered':
      deliver(state, event, event, { ...event, signed: { signature: event.signature, batch: null } })
      return
    case 'delivered-many': {
      const drawing = agreementOf(state, event.agreement)
      const signed = { signature: event.signature, batch: event.deliveries }
      for (const delivery of event.deliveries) {
        if (delivery.draw !== undefined) drawing.revealed = Math.max(drawing.revealed ?? 0, delivery.draw)
        const of = { agreement: event.agreement, index: delivery.index }
        // The whole batch is kept, as it was signed; what was dropped meanwhile is none of ours.
        if (isAwaited(state.attempts.get(attemptKey(of.agreement, of.index))))
          deliver(state, of, event, { ...delivery, signed })
      }
      return
    }
    case 'drawn': {
      const drawing = agreementOf(state, event.agreement)
      drawing.revealed = Math.max(drawing.revealed ?? 0, event.draw)
      return
    }
    case 'accepted': {
      const attempt = attemptOf(state, event)
      const agreement = agreementOf(state, event.agreement)
      const task = subtaskOf(state, attempt.subtask)
      attempt.state = 'accepted'
      attempt.isUnseen = event.unseen === true
      state.open.delete(attempt)
      agreement.accepted += 1
      agreement.acceptedWei += attempt.priceWei
      state.spentWei += attempt.priceWei
      if (event.unused === true) {
        task.givenTo.delete(agreement.terms.provider)
        giveBack(state, attempt)
      }
      if (task.accepted || event.unused === true) return
      task.accepted = { attempt, how: event.how }
      state.todo.tasks.delete(attempt.subtask)
      state.acceptedCount += 1
      state.missing.set(task.subtask.group, (state.missing.get(task.subtask.group) ?? 0) - 1)
      return
    }
    case 'rejected': {
      const attempt = attemptOf(state, event)
      attempt.state = 'rejected'
      attempt.shown = event.shown ?? null
      giveBack(state, attempt)
      agreementOf(state, event.agreement).rejected += 1
      subtaskOf(state, attempt.subtask).failedOn.push(event.agreement)
      state.rejections.push({
        subtask: attempt.subtask,
        agreement: event.agreement,
        code: event.code,
        message: event.message,
        atMs: event.atMs,
      })
      return
    }
    case 'dropped': {
      const attempt = attemptOf(state, event)
      attempt.state = 'dropped'
      attempt.dropped = event.code
      attempt.droppedAtMs = event.atMs
      giveBack(state, attempt)
      freeCore(state, event)
      if (event.code !== REPLICA_DIFFERS)
        subtaskOf(state, attempt.subtask).givenTo.delete(agreementOf(state, event.agreement).terms.provider)
      if (isOwnAct(event.code)) return
      if (state.failures.length < MAX_FAILURES_KEPT) {
        const { agreement, code, message, atMs } = event
        state.failures.push({ subtask: attempt.subtask, agreement, code, message, atMs })
      }
      const task = subtaskOf(state, attempt.subtask)
      task.failedOn.push(event.agreement)
      if (event.code === SUBTASK_LATE) {
        task.late += 1
        state.lateCount += 1
      }
      if (event.code === OUTPUT_UNAVAILABLE || event.code === SUBTASK_LATE) return
      task.failures.push({ agreement: event.agreement, code: event.code, message: event.message })
      state.troubled.add(task)
      return
    }
    case 'ready': {
      freeCore(state, event)
      Object.assign(attemptOf(state, event), { state: 'committed', readyAtMs: event.atMs })
      return
    }
    case 'crossed': {
      const attempt = attemptOf(state, event)
      attempt.state = 'running'
      attempt.dropped = null
      attempt.readyAtMs = null
      agreementOf(state, event.agreement).running.push(event.index)
      state.open.add(attempt)
      state.todo.tasks.delete(attempt.subtask)
      subtaskOf(state, attempt.subtask).givenTo.add(agreementOf(state, event.agreement).terms.provider)
      return
    }
    case 'excluded':
      agreementOf(state, event.agreement).excluded = event.reason
      return
    case 'closed':
      agreementOf(state, event.agreement).closed = true
      return
    case 'merged':
      state.merged.set(event.group, event.files)
      state.firstMergedAtMs ??= event.atMs
      return
    case 'reopened':
      reopen(state, event)
      return
    case 'paused':
    case 'continued':
      state.isPaused = event.type === 'paused'
      return
    case 'budgeted':
      state.budgetWei = event.budgetWei
      return
    case 'gas':
      state.gasWei += event.feeWei
      state.gasUsed += event.gasUsed
      return
    case 'resumed':
      state.ended = null
      state.isPaused = false
      state.deadlineMs = event.deadlineAtMs - event.atMs
      state.deadlineAtMs = event.deadlineAtMs
      state.budgetWei = event.budgetWei ?? state.budgetWei
      for (const task of state.subtasks.values()) {
        task.failedOn = []
        task.failures = []
      }
      state.troubled.clear()
      return
    case 'ended':
      state.ended = event
      for (const agreement of state.agreements.values()) agreement.closed = true
      return
    default:
      event satisfies never
  }
}

const newTask = (subtask: Subtask, position: number): SubtaskState => ({
  subtask,
  family: subtask.id,
  givenTo: new Set(),
  accepted: null,
  failedOn: [],
  failures: [],
  late: 0,
  doneBefore: [],
  position,
})

/** Whether a delivery of it is still to come. */
export const isAwaited = (attempt: Attempt | undefined): attempt is Attempt =>
  attempt?.state === 'running' || attempt?.state === 'committed'

function deliver(
  state: JobState,
  of: { agreement: Bytes32; index: number },
  { atMs }: { atMs: number },
  { outputs, result, usage, draw, asked, signed }: Delivered & { signed: SignedDelivery },
): void {
  const attempt = attemptOf(state, of)
  freeCore(state, { ...of, atMs })
  attempt.state = 'delivered'
  attempt.delivery = { outputs, result, usage, draw, asked, atMs, signed }
}

/** Others than those who did it before are asked first: nobody asks for what was fine. */
function reopen(state: JobState, { group, budgetWei }: { group: string; budgetWei: Wei }): void {
  state.merged.delete(group)
  state.redone.set(group, (state.redone.get(group) ?? 0) + 1)
  state.budgetWei = budgetWei
  for (const task of state.subtasks.values()) {
    if (task.subtask.group !== group || !task.accepted) continue
    task.doneBefore.push(agreementOf(state, task.accepted.attempt.agreement).terms.provider)
    task.accepted = null
    state.acceptedCount -= 1
    state.missing.set(group, (state.missing.get(group) ?? 0) + 1)
    state.todo.tasks.set(task.subtask.id, task)
  }
  state.todo.isInOrder = false
}

/** Nothing came of an attempt: its subtask waits again, unless somebody else is at it. */
function giveBack(state: JobState, attempt: Attempt): void {
  state.open.delete(attempt)
  const task = state.subtasks.get(attempt.subtask)
  if (task === undefined || task.accepted || [...state.open].some(({ subtask }) => subtask === attempt.subtask)) return
  state.todo.tasks.set(attempt.subtask, task)
  state.todo.isInOrder = false
}

/** Subtasks that nobody works at and that are not accepted, in the plan's order. */
export function waitingSubtasks(state: JobState): Iterable<SubtaskState> {
  const { todo } = state
  if (!todo.isInOrder) {
    todo.tasks = new Map([...todo.tasks].sort(([, a], [, b]) => a.position - b.position))
    todo.isInOrder = true
  }
  return todo.tasks.values()
}

/** The core of an attempt that ended goes to the one that has waited longest. */
function freeCore(
  state: JobState,
  { agreement: id, index, atMs }: { agreement: Bytes32; index: number; atMs: number },
) {
  const agreement = agreementOf(state, id)
  agreement.running = agreement.running.filter((other) => other !== index)
  for (const other of agreement.running.slice(0, agreement.cores)) {
    attemptOf(state, { agreement: id, index: other }).startedAtMs ??= atMs
  }
}

/** A provider that does not hand over what it delivered: the work is not to blame. */
export const OUTPUT_UNAVAILABLE = 'OUTPUT_UNAVAILABLE'
/** A provider that computes far longer than it should. */
export const SUBTASK_LATE = 'SUBTASK_LATE'

/** A provider that went away with what it had. */
export const PROVIDER_LOST = 'PROVIDER_LOST'

/** A provider whose result is another than that of those who agree: its pay is withheld, and nothing else is shown by it. */
export const REPLICA_DIFFERS = 'REPLICA_DIFFERS'

/** Drops that say nothing about the provider's ability to do this subtask. */
export const OWN_ACTS = [
  'CANCELLED',
  PROVIDER_LOST,
  'PROVIDER_EXCLUDED',
  'ASSIGNMENT_REFUSED',
  REPLICA_DIFFERS,
  HANDED_BACK,
] as const
const isOwnAct = (code: string) => (OWN_ACTS as readonly string[]).includes(code)

/** Codes with a meaning of their own in the log: nothing that a provider says becomes one of them. */
export const isReserved = (code: string): boolean =>
  isOwnAct(code) || code === OUTPUT_UNAVAILABLE || code === SUBTASK_LATE

/** What it is checked by was revealed, as soon as it was delivered. */
export const isDrawn = ({ delivery }: Attempt): boolean => delivery?.draw !== undefined

export function agreementOf(state: JobState, id: Bytes32): AgreementState {
  const agreement = state.agreements.get(id)
  if (!agreement) throw new RangeError(`no agreement ${id}`)
  return agreement
}

/** How deliveries are checked: they come after the plan. */
export function checkOf({ check }: JobState): JobCheck {
  if (check === null) throw new RangeError('a job without its plan checks nothing')
  return check
}

/** How a delivery is looked at by itself: replicas are compared beside it, and not instead. */
export function ownCheckOf(state: JobState): JobCheck {
  const check = checkOf(state)
  return check.by === 'replicas' && state.plan !== null ? jobCheckOf(state.plan) : check
}

/** All subtasks that compute the same, at most `MAX_REPLICAS` and a few that were withheld. */
export const copiesOf = (state: JobState, family: string): SubtaskState[] =>
  copyIds(family).flatMap((id) => state.subtasks.get(id) ?? [])

/** The ids of a family, its own first: no application names a subtask so. */
export const copyIds = (family: string): string[] => [
  family,
  ...Array.from({ length: MAX_REPLICAS }, (_, at) => `${family}~${at + 2}`),
]

export function subtaskOf(state: JobState, id: string): SubtaskState {
  const task = state.subtasks.get(id)
  if (!task) throw new RangeError(`no subtask ${id}`)
  return task
}

export function attemptOf(state: JobState, of: { agreement: Bytes32; index: number }): Attempt {
  const attempt = state.attempts.get(attemptKey(of.agreement, of.index))
  if (!attempt) throw new RangeError(`no attempt ${of.agreement}/${of.index}`)
  return attempt
}

/** Attempts that are neither judged nor dropped, in the order in which they were assigned. */
export const openAttempts = (state: JobState): Attempt[] => [...state.open]

/** Groups whose subtasks are all accepted, and which were not merged yet, in the plan's order. */
export const groupsToMerge = (state: JobState): string[] =>
  (state.plan?.groups ?? [])
    .map(({ id }) => id)
    .filter((id) => (state.missing.get(id) ?? 0) === 0 && !state.merged.has(id))

/** Providers that are left out, with the reason. */
export const excludedIn = ({ agreements }: JobState): Map<Address, string> =>
  new Map(
    [...agreements.values()].flatMap(({ terms, excluded }) =>
      excluded === null ? [] : [[terms.provider, excluded] as const],
    ),
  )

/** Results as people count them: frames, rows. */
export function resultsOf({ plan, merged }: JobState): { total: number; done: number } {
  const groups = plan?.groups ?? []
  const sum = (of: typeof groups) => of.reduce((total, { count }) => total + count, 0)
  return { total: sum(groups), done: sum(groups.filter(({ id }) => merged.has(id))) }
}
