import type { Address, Problem, Wei, Words } from '@golem/protocol'
import { checkWords } from './chosen-check.ts'
import type { JobDesk, LinkNotes } from './job-desk.ts'
import {
  type AgreementState,
  attemptKey,
  type JobState,
  openAttempts,
  type Rejection,
  resultsOf,
  subtaskOf,
} from './job-state.ts'
import { coresOf, msPerUnitOf } from './pace.ts'

export type JobPhase =
  | 'examining'
  | 'estimating'
  | 'confirming'
  | 'negotiating'
  | 'running'
  | 'paused'
  | 'finishing'
  | 'done'
  | 'failed'
  | 'cancelled'

export type JobProviderView = {
  address: Address
  state: 'connecting' | 'working' | 'idle' | 'silent' | 'excluded' | 'finished'
  doing: string
  cores: number
  speed: number
  accepted: number
  rejected: number
  earnedWei: Wei
}

export type JobSubtaskView = {
  id: string
  group: string
  label: string
  state: 'waiting' | 'running' | 'checking' | 'accepted'
  provider: Address | null
  checked: string | null
  priceWei: Wei
}

/** What a provider did in vain. */
export type MishapView = { subtask: string; provider: Address; code: string; message: string; atMs: number }

/** What is finished by itself: a frame, or several that are computed together. */
export type JobGroupView = {
  id: string
  label: string
  /** How many results it holds. */
  count: number
  /** What was made of it, once it was. */
  files: string[]
  /** How often it was computed again. */
  redone: number
}

/** A job as people see it. */
export type JobView = {
  id: string
  app: string
  words: Words
  title: string
  /** What its providers get and give is sealed. */
  isPrivate: boolean
  /** How deliveries are checked, in words; null before there is a plan. */
  check: string | null
  state: JobPhase
  waiting: string | null
  createdAtMs: number
  finishedAtMs: number | null
  deadlineMs: number
  firstResultAtMs: number | null
  groups: { total: number; done: number }
  subtasks: { total: number; accepted: number; running: number; rejected: number }
  etaMs: number | null
  budgetWei: Wei | null
  estimateWei: Wei | null
  /** What one provider can be paid before it delivers, at most; null where that is not known, or all is over. */
  paidBeforeWei: Wei | null
  spentWei: Wei
  gasWei: Wei
  gasUsed: bigint
  providers: JobProviderView[]
  rejections: MishapView[]
  /** The first attempts that came to nothing: a limit that was hit stands there with its figures. */
  failures: MishapView[]
  summary: string[]
  /** How fast its results are to be shown, where they are a film's pictures. */
  framesPerSecond: number | null
  outDir: string
  outputs: string[]
  problem: Problem | null
}

/** `desk` is null for a job that does not run here at the moment. */
export function viewJob(state: JobState, desk: JobDesk | null): JobView {
  const { request } = state
  const open = openAttempts(state)
  return {
    id: request.id,
    app: request.app,
    words: request.words,
    title: request.title,
    isPrivate: request.contentKey !== undefined,
    check: state.check && checkWords(state.check),
    state: state.ended?.how ?? phaseOf(state, desk),
    waiting: state.ended ? null : (desk?.waiting ?? null),
    createdAtMs: request.createdAtMs,
    finishedAtMs: state.ended?.atMs ?? null,
    deadlineMs: state.deadlineAtMs ?? request.createdAtMs + request.deadlineMs,
    firstResultAtMs: state.firstMergedAtMs,
    groups: resultsOf(state),
    subtasks: {
      total: state.subtasks.size,
      accepted: state.acceptedCount,
      running: open.filter((attempt) => attempt.state === 'running').length,
      rejected: state.rejections.length,
    },
    etaMs: state.ended || state.isPaused || !desk ? null : etaMs(state, desk),
    budgetWei: state.budgetWei,
    estimateWei: state.estimate?.estimateWei ?? null,
    paidBeforeWei: desk?.paidBeforeWei ?? null,
    spentWei: state.spentWei,
    gasWei: state.gasWei,
    gasUsed: state.gasUsed,
    providers: viewProviders(state, desk),
    rejections: state.rejections.map((each) => viewMishap(state, each)),
    failures: state.failures.map((each) => viewMishap(state, each)),
    summary: state.inspection?.summary ?? [],
    framesPerSecond: state.inspection?.framesPerSecond ?? null,
    outDir: request.outDir,
    outputs: [
      ...(state.plan?.groups ?? []).flatMap(({ id }) => state.merged.get(id) ?? []),
      ...(state.ended?.files ?? []),
    ],
    problem: state.ended?.problem ?? null,
  }
}

/** What is under way is finished first: merging and settling tell more than that it was paused. */
const phaseOf = ({ isPaused }: JobState, desk: JobDesk | null): JobPhase => {
  const phase = desk?.phase ?? 'examining'
  return isPaused && (desk === null || phase === 'running') ? 'paused' : phase
}

export function viewSubtasks(state: JobState): JobSubtaskView[] {
  const open = openAttempts(state)
  return [...state.subtasks.values()].map(({ subtask, accepted }) => {
    const attempt = accepted?.attempt ?? open.find((entry) => entry.subtask === subtask.id)
    const stage = attempt?.state === 'delivered' ? 'checking' : 'running'
    return {
      id: subtask.id,
      group: subtask.group,
      label: subtask.label,
      state: accepted ? 'accepted' : attempt ? stage : 'waiting',
      provider: attempt ? providerOf(state, attempt.agreement) : null,
      checked: accepted?.how ?? null,
      priceWei: attempt?.priceWei ?? 0n,
    }
  })
}

const viewMishap = (state: JobState, { agreement, ...rest }: Rejection): MishapView => ({
  ...rest,
  provider: providerOf(state, agreement),
})

export const viewGroups = (state: JobState): JobGroupView[] =>
  (state.plan?.groups ?? []).map((group) => ({
    ...group,
    files: state.merged.get(group.id) ?? [],
    redone: state.redone.get(group.id) ?? 0,
  }))

const providerOf = (state: JobState, agreement: AgreementState['id']): Address =>
  (state.agreements.get(agreement)?.terms.provider ?? '0x') as Address

/** One row a provider, whatever the number of its agreements: what it did counts together, its newest says the rest. */
function viewProviders(state: JobState, desk: JobDesk | null): JobProviderView[] {
  const rows = new Map<Address, JobProviderView>()
  for (const agreement of state.agreements.values()) {
    const view = viewProvider(state, agreement, desk)
    const before = rows.get(view.address)
    rows.set(view.address, {
      ...view,
      accepted: view.accepted + (before?.accepted ?? 0),
      rejected: view.rejected + (before?.rejected ?? 0),
      earnedWei: view.earnedWei + (before?.earnedWei ?? 0n),
    })
  }
  return [...rows.values()]
}

function viewProvider(state: JobState, agreement: AgreementState, desk: JobDesk | null): JobProviderView {
  const notes = desk?.links.get(agreement.id)
  const running = openAttempts(state).filter((attempt) => attempt.agreement === agreement.id)
  const doing = running.map((attempt) => {
    const { label } = subtaskOf(state, attempt.subtask).subtask
    const fraction = desk?.progress.get(attemptKey(agreement.id, attempt.index))
    if (attempt.state === 'delivered') return `${label} (being checked)`
    return fraction === undefined ? label : `${label} (${Math.floor(fraction * 100)} %)`
  })
  const stage = state.ended
    ? 'finished'
    : notes?.state === 'open'
      ? running.length > 0
        ? 'working'
        : 'idle'
      : notes?.state === 'silent'
        ? 'silent'
        : 'connecting'
  return {
    address: agreement.terms.provider,
    state: agreement.excluded ? 'excluded' : stage,
    doing: agreement.excluded ?? (doing.join(', ') || idleWords(desk, notes)),
    cores: agreement.cores,
    speed: notes?.msPerUnit ? 1 / 1_000 / notes.msPerUnit : agreement.speed,
    accepted: agreement.accepted,
    rejected: agreement.rejected,
    earnedWei: agreement.acceptedWei,
  }
}

/** What a provider without work waits for. */
function idleWords(desk: JobDesk | null, notes: LinkNotes | undefined): string {
  if (!desk || !notes) return ''
  if (notes.state !== 'open') return notes.detail
  if (!notes.funded) return 'waits for its money to be locked'
  return notes.pausedUntilMs > desk.services.clock.now() ? `refused work: ${notes.refusal}` : 'waits for work'
}

/** Work left over the speed of those who are connected; null while nobody is. */
function etaMs(state: JobState, desk: JobDesk): number | null {
  let unitsPerMs = 0
  for (const agreement of state.agreements.values()) {
    const notes = desk.links.get(agreement.id)
    if (notes?.state !== 'open' || agreement.excluded) continue
    unitsPerMs += coresOf(desk, agreement) / msPerUnitOf(desk, agreement)
  }
  if (unitsPerMs === 0 || !state.plan) return null
  let units = 0
  for (const task of state.subtasks.values()) if (!task.accepted) units += task.subtask.units
  for (const attempt of openAttempts(state)) {
    const done =
      attempt.state === 'delivered' ? 1 : (desk.progress.get(attemptKey(attempt.agreement, attempt.index)) ?? 0)
    units -= done * subtaskOf(state, attempt.subtask).subtask.units
  }
  return Math.max(0, Math.round(units / unitsPerMs))
}
