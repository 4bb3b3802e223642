import type { App, Storage } from '@golem/ports'
import {
  type Address,
  asCid,
  type Bytes32,
  formatGlm,
  GolemError,
  type InputFile,
  type Json,
  type Offer,
  type Wei,
  type WrappedKey,
} from '@golem/protocol'
import { type AuditedNote, createAuditDesk } from '../audit/audit-desk.ts'
import { hexOf } from '../hex-of.ts'
import type { RunningProgram } from '../launch-program.ts'
import type { AskedCheck } from './chosen-check.ts'
import { auditorsKey, newContentKey } from './content-key.ts'
import { createCourier } from './courier.ts'
import { demandFor, type Examined, examineOnly, lookForOffers, type Prices, pricesOf } from './examine-only.ts'
import { createHolders } from './holders.ts'
import { createJobDesk, type JobDesk, type RequestorComponents } from './job-desk.ts'
import type { AskedAuditors, JobEvent, JobRequest } from './job-events.ts'
import { jobLogChange, listJobs, newJobChanges, readJobLog } from './job-log.ts'
import { agreementOf, applyJobEvent, foldJob, type JobState } from './job-state.ts'
import { type JobGroupView, type JobSubtaskView, type JobView, viewGroups, viewJob, viewSubtasks } from './job-view.ts'
import { type LocalProgram, localProgram, startLocalProgram } from './local-program.ts'
import { createOfferDesk } from './offer-desk.ts'
import { createPreviewer, type PreviewOf } from './previewer.ts'
import { createHeadroom } from './program-pool.ts'
import { neededForRedo, redoEvent } from './redo.ts'
import { type JobControl, runJob } from './run-job.ts'
import { createSettler, type Settler } from './settler.ts'
import { createTreasury, type Treasury } from './treasury.ts'

export type NewJobRequest = {
  app: string
  parameters: Json
  outDir: string
  budgetWei: Wei | null
  deadlineMs: number
  confirm: boolean
  offerTimeoutMs: number
  /** Seals what providers get and give, so that only they can read it. */
  isPrivate?: boolean | undefined
  /** Beyond the application's own check; never less, but for nothing where a person said so in words. */
  check?: AskedCheck | undefined
  /** Who may audit its finished work. Default: nobody. */
  auditors?: AskedAuditors | undefined
}

export type RequestorOptions = {
  apps: readonly App[]
  /** Measured speed of one core here; the reference machine has 1. */
  speed: number
  maxPricePerCoreHourWei: Wei
  /** Programs that run already, empty, by application: the next job takes one. */
  started: ReadonlyMap<string, RunningProgram>
  /** What an ETH is worth in GLM, to weigh gas by. Default: 0, nothing. */
  glmPerEth?: number
  /** Inputs of a job, where they are checked again. Default: 16 GiB. */
  maxInputBytes?: number
  /** What checks may take together, beside each job's first program. Default: nothing. */
  beside?: { programs: number; memoryBytes: number }
  /** Called after every change of a job. */
  onChange: (jobId: string) => void
}

/** Runs jobs on the grid: each from its log, so that a restart goes on where the last one stopped. */
export type Requestor = {
  /** Takes up what was under way. */
  start(): Promise<void>
  /** @throws {GolemError} `APP_UNKNOWN`, `PARAMETERS_INVALID`, `FILE_MISSING` */
  create(request: NewJobRequest): Promise<JobView>
  /** Newest first. */
  jobs(): JobView[]
  /** @throws {GolemError} `JOB_UNKNOWN` */
  job(id: string): JobView
  subtasks(id: string): JobSubtaskView[]
  groups(id: string): JobGroupView[]
  /** Accepts the price. @throws {GolemError} `JOB_STATE` */
  confirm(id: string, budgetWei: Wei | null): JobView
  /** @throws {GolemError} `JOB_UNKNOWN` */
  cancel(id: string): JobView
  /** Goes on with a job that failed, was cancelled or is paused. null: as before. @throws {GolemError} `JOB_STATE`, `BUDGET_TOO_SMALL` */
  resume(id: string, terms: { budgetWei: Wei | null; deadlineMs: number | null }): Promise<JobView>
  /** Hands out nothing until it is resumed; what runs is finished. @throws {GolemError} `JOB_UNKNOWN`, `JOB_STATE` */
  pause(id: string): JobView
  /** Of a job that has not ended; counted from its beginning. @throws {GolemError} `JOB_UNKNOWN`, `JOB_STATE`, `BUDGET_TOO_SMALL`, `BUDGET_TOO_LARGE` */
  setBudget(id: string, budgetWei: Wei): JobView
  /**
   * Computes a finished group again, whether the job runs or has ended; its price is added to the budget.
   *
   * @throws {GolemError} `JOB_UNKNOWN`, `GROUP_UNKNOWN`, `JOB_STATE`, `REDO_IMPOSSIBLE` where its inputs are not kept any more
   */
  redo(id: string, group: string): Promise<JobView>
  /**
   * The key to what a private job moved, for one more whom the person lets read it: an auditor.
   *
   * @param options.to its compressed public key
   * @param options.context where the key counts, such as a verdict's CID; opens nowhere else
   * @throws {GolemError} `JOB_UNKNOWN` where no job here has the agreement, `JOB_NOT_PRIVATE`
   */
  keyFor(agreement: Bytes32, options: { to: Uint8Array; context: string }): WrappedKey
  offers(): Offer[]
  /**
   * What the inputs of a job hold, before there is one.
   *
   * @throws {GolemError} `APP_UNKNOWN`, `PARAMETERS_INVALID`, `EXAMINATION_BUSY`, and as `examine`
   */
  examine(asked: { app: string; parameters: Json }, options: { signal: AbortSignal }): Promise<Examined>
  /** Asks providers what an application costs at present. @throws {GolemError} `APP_UNKNOWN` */
  prices(app: string): Promise<Prices>
  /** An empty program of this application waits for the next job. */
  isWaiting(app: string): boolean
  /** A small PNG. @throws {GolemError} `JOB_UNKNOWN`, `APP_UNKNOWN`, and as `Previewer.preview` */
  preview(id: string, of: PreviewOf): Promise<Uint8Array>
  /** What others audited, newest first. */
  audited(atMost: number): AuditedNote[]
  readonly treasury: Treasury
  readonly settler: Settler
  stop(): Promise<void>
}

type Entry = {
  state: JobState
  desk: JobDesk | null
  control: JobControl & { confirm: (budgetWei: Wei | null) => void; cancel: () => void }
  ended: Promise<void>
  /** Why it does not run though it has not ended. */
  trouble: string | null
}

/** Past jobs kept in memory as views; their logs stay in the store. */
const MAX_JOBS_LISTED = 1_000
const MAX_INPUT_BYTES = 16 * 1024 ** 3
/** Files that wait to be examined. */
const MAX_EXAMINATIONS = 8
/** Prices that are as young are told again. */
const PRICES_FRESH_MS = 10_000
/** Expired rounds are looked for this often. */
const RECLAIM_MS = 3_600_000

export function createRequestor(components: RequestorComponents, options: RequestorOptions): Requestor {
  const { store, clock, logger, randomBytes } = components
  const apps = new Map(options.apps.map((app) => [app.name, app]))
  const entries = new Map<string, Entry>()
  const warm = new Map<string, Promise<LocalProgram>>()
  /** Those of them that have started. */
  const waiting = new Map<string, LocalProgram>()
  const stopping = new AbortController()
  const headroom = createHeadroom(options.beside ?? { programs: 0, memoryBytes: 0 })
  const treasury = createTreasury({ ...components, nowMs: () => clock.now() })
  const offerDesk = createOfferDesk(components)
  const courier = createCourier({ ...components, treasury })
  const previewer = createPreviewer({ ...components, speed: options.speed })
  const holders = createHolders()
  const settler = createSettler({ ...components, treasury }, { glmPerEth: options.glmPerEth ?? 0 })
  const { auditing } = components
  const audits =
    auditing === undefined
      ? null
      : createAuditDesk({
          ...components,
          auditing,
          treasury,
          speed: options.speed,
          maxInputBytes: options.maxInputBytes ?? MAX_INPUT_BYTES,
        })
  const newId = () => hexOf(randomBytes(5))

  const appNamed = (name: string): App => {
    const app = apps.get(name)
    if (app) return app
    throw new GolemError({
      code: 'APP_UNKNOWN',
      message: `This node has no application "${name}".`,
      remedy:
        apps.size === 0 ? 'Run `golem doctor` to see what is missing.' : `It has: ${[...apps.keys()].join(', ')}.`,
    })
  }

  const keepWarm = (app: string, program: Promise<LocalProgram>) => {
    warm.set(app, program)
    void program.then((started) => warm.get(app) === program && waiting.set(app, started)).catch(() => undefined)
  }

  /** What a followed list warns of is not run for a person, on whatever machine. @throws {GolemError} `LISTED` */
  const refuseListed = (app: App): void => {
    const refusal = components.lists?.declineApp(app, { isHired: false }) ?? null
    if (refusal === null) return
    const remedy = 'Read the evidence; `golem policy set allow.apps` goes on nevertheless.'
    throw new GolemError({ ...refusal, remedy })
  }

  /** An empty program waits for the next job, so that a job begins without its start. */
  const prepareProgram = (app: App) => {
    const program = startLocalProgram(components, app)
    keepWarm(app.name, program)
    program.catch((error: unknown) => logger.warn({ app: app.name, error: String(error) }, 'program did not start'))
  }
  const takeProgram = async (app: App): Promise<LocalProgram> => {
    const starting = warm.get(app.name)
    // Before anything is awaited: another job that comes now gets its own.
    warm.delete(app.name)
    waiting.delete(app.name)
    const prepared = await starting?.catch(() => null)
    if (!stopping.signal.aborted) prepareProgramLater(app)
    if (prepared?.alive) return prepared
    return startLocalProgram(components, app)
  }
  /** The next one is started when this job has ended: its start would slow the job down. */
  const prepareProgramLater = (app: App) => {
    const running = [...entries.values()].filter((entry) => entry.desk).map((entry) => entry.ended)
    void Promise.all(running).then(() => {
      if (!stopping.signal.aborted && !warm.has(app.name)) prepareProgram(app)
    })
  }

  const entryOf = (id: string): Entry => {
    const entry = entries.get(id)
    if (entry) return entry
    throw new GolemError({ code: 'JOB_UNKNOWN', message: `There is no job ${id}.`, remedy: 'See `golem jobs`.' })
  }

  const newEntry = (state: JobState): Entry => {
    const { promise: confirmed, resolve: confirm } = Promise.withResolvers<Wei | null>()
    const stop = new AbortController()
    const control = { cancelled: stop.signal, cancel: () => stop.abort(), confirmed, confirm }
    return { state, desk: null, control, ended: Promise.resolve(), trouble: null }
  }

  const openElsewhereWei = (job: JobState, provider: Address): Wei => {
    let sum = 0n
    for (const { state, desk } of entries.values()) {
      if (desk === null || state === job) continue
      for (const { agreement, priceWei } of state.open)
        if (agreementOf(state, agreement).terms.provider === provider) sum += priceWei
    }
    return sum
  }

  const launch = (entry: Entry, app: App, inputs: InputFile[]) => {
    const { id } = entry.state.request
    const desk = createJobDesk({
      services: {
        ...components,
        app,
        treasury,
        courier,
        settler,
        holders,
        audits,
        openElsewhereWei,
        offerDesk,
        speed: options.speed,
        maxPricePerCoreHourWei: options.maxPricePerCoreHourWei,
        takeProgram: (kernel) =>
          kernel === undefined ? takeProgram(app) : startLocalProgram(components, app, kernel.env),
        headroom,
      },
      state: entry.state,
      signal: stopping.signal,
      onChange: () => options.onChange(id),
    })
    entry.desk = desk
    entry.ended = runJob(desk, entry.control, inputs)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.error({ job: id, err: error }, 'job runner failed')
      })
      .finally(() => {
        entry.desk = null
        options.onChange(id)
      })
  }

  /** What a person says to a job that has not ended. */
  const note = (entry: Entry, events: readonly JobEvent[]): JobView => {
    const { state, desk } = entry
    if (desk) desk.record(events)
    else {
      store.commit([jobLogChange(state.request.id, events)])
      for (const event of events) applyJobEvent(state, event)
      options.onChange(state.request.id)
    }
    return viewEntry(entry)
  }

  /** Launches a job again that has ended; after `before`. */
  const goOn = async (
    entry: Entry,
    { budgetWei, deadlineMs }: { budgetWei: Wei | null; deadlineMs: number | null },
    before: readonly JobEvent[] = [],
  ): Promise<JobView> => {
    const { state } = entry
    const { id } = state.request
    const app = appNamed(state.request.app)
    const { inputs } = await app.parse(state.request.parameters)
    await entry.ended
    // Somebody else may have asked for the same meanwhile.
    if (entryOf(id) !== entry) throw wrongState(viewEntry(entryOf(id)), 'goes on already')
    const nowMs = clock.now()
    const deadlineAtMs = nowMs + (deadlineMs ?? state.deadlineMs)
    store.commit([jobLogChange(id, [...before, { type: 'resumed', atMs: nowMs, deadlineAtMs, budgetWei }])])
    const fresh = newEntry(foldJob(readJobLog(store, id)))
    entries.set(id, fresh)
    launch(fresh, app, inputs)
    return viewJob(fresh.state, fresh.desk)
  }

  let examining: Promise<unknown> = Promise.resolve()
  let examinations = 0
  const pricesKnown = new Map<string, { atMs: number; prices: Promise<Prices> }>()
  /** Many who ask at once ask the providers once. */
  const pricesNow = (app: App): Promise<Prices> => {
    const known = pricesKnown.get(app.name)
    if (known && clock.now() - known.atMs < PRICES_FRESH_MS) return known.prices
    const demanded = demandFor(components, app, options.maxPricePerCoreHourWei)
    const prices = lookForOffers(components, offerDesk, demanded, stopping.signal).then(pricesOf)
    pricesKnown.set(app.name, { atMs: clock.now(), prices })
    prices.catch(() => pricesKnown.delete(app.name))
    return prices
  }

  /** What keeps one job from going on keeps no other, and not the node. */
  const takeUp = async (id: string) => {
    let entry: Entry
    try {
      entry = newEntry(foldJob(readJobLog(store, id)))
    } catch (error) {
      return logger.error({ job: id, err: error }, 'a job has no log that can be read: it is left out')
    }
    entries.set(id, entry)
    if (entry.state.ended) return courier.takeOver(entry.state, new Map())
    try {
      const { request } = entry.state
      const app = appNamed(request.app)
      const { inputs } = await app.parse(request.parameters)
      launch(entry, app, inputs)
    } catch (error) {
      logger.error({ job: id, err: error }, 'a job cannot go on')
      entry.trouble = error instanceof GolemError ? error.sentence : String(error)
    }
  }

  /** Money that was locked and not needed comes back by itself. */
  const reclaimInTime = async () => {
    while (!stopping.signal.aborted) {
      await treasury
        .reclaim()
        .catch((error: unknown) => logger.warn({ err: error }, 'locked money was not looked after'))
      await clock.sleep(RECLAIM_MS, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  return {
    treasury,
    settler,
    audited: (atMost) => audits?.notes(atMost) ?? [],
    start: async () => {
      for (const [name, program] of options.started) {
        keepWarm(name, Promise.resolve(localProgram(components.folders, program, appNamed(name))))
      }
      void reclaimInTime()
      for (const id of listJobs(store).slice(-MAX_JOBS_LISTED)) await takeUp(id)
    },
    create: async ({ isPrivate = false, check, auditors, ...asked }) => {
      const app = appNamed(asked.app)
      refuseListed(app)
      const { parameters, inputs } = await app.parse(asked.parameters)
      const [main] = inputs
      const createdAtMs = clock.now()
      const request: JobRequest = {
        ...asked,
        // Ids sort by the time they were made.
        id: `${createdAtMs.toString(36)}${newId().slice(0, 4)}`,
        parameters,
        words: app.words,
        title: main?.path.split('/').at(-1) ?? app.name,
        createdAtMs,
        ...(isPrivate ? { contentKey: newContentKey(randomBytes) } : {}),
        ...(check === undefined ? {} : { check }),
        ...(auditors === undefined ? {} : { auditors }),
      }
      const created = { type: 'created', atMs: createdAtMs, request } as const
      store.commit(newJobChanges(request.id, created))
      const entry = newEntry(foldJob([created]))
      entries.set(request.id, entry)
      launch(entry, app, inputs)
      return viewJob(entry.state, entry.desk)
    },
    jobs: () => [...entries.values()].map(viewEntry).sort((a, b) => b.createdAtMs - a.createdAtMs),
    job: (id) => viewEntry(entryOf(id)),
    subtasks: (id) => viewSubtasks(entryOf(id).state),
    groups: (id) => viewGroups(entryOf(id).state),
    confirm: (id, budgetWei) => {
      const { state, desk, control } = entryOf(id)
      if (desk?.phase !== 'confirming') throw wrongState(viewJob(state, desk), 'waits for no confirmation')
      control.confirm(budgetWei)
      return viewJob(state, desk)
    },
    cancel: (id) => {
      const entry = entryOf(id)
      const { state, desk, control } = entry
      if (desk) {
        control.cancel()
        desk.wake()
      } else if (!state.ended) {
        const atMs = clock.now()
        const end: JobEvent = { type: 'ended', atMs, how: 'cancelled', files: [], problem: null }
        store.commit([jobLogChange(id, [end])])
        applyJobEvent(state, end)
        options.onChange(id)
      }
      return viewEntry(entry)
    },
    resume: async (id, { budgetWei, deadlineMs }) => {
      const entry = entryOf(id)
      const { state, desk } = entry
      const isPaused = !state.ended && state.isPaused && deadlineMs === null
      if (!isPaused && (!state.ended || state.ended.how === 'done'))
        throw wrongState(viewJob(state, desk), 'is not to be resumed')
      if (budgetWei !== null) mustExceedSpent(state, budgetWei)
      if (!isPaused) return goOn(entry, { budgetWei, deadlineMs })
      mustBeAgreed(state, budgetWei ?? 0n)
      const atMs = clock.now()
      const budget: JobEvent[] = budgetWei === null ? [] : [{ type: 'budgeted', atMs, budgetWei }]
      return note(entry, [{ type: 'continued', atMs }, ...budget])
    },
    pause: (id) => {
      const entry = entryOf(id)
      const { state, desk } = entry
      if (state.ended || desk?.phase !== 'running') throw wrongState(viewEntry(entry), 'is not to be paused')
      return state.isPaused ? viewEntry(entry) : note(entry, [{ type: 'paused', atMs: clock.now() }])
    },
    setBudget: (id, budgetWei) => {
      const entry = entryOf(id)
      if (entry.state.ended) throw wrongState(viewEntry(entry), 'has ended, and is resumed with another budget')
      mustExceedSpent(entry.state, budgetWei)
      mustBeAgreed(entry.state, budgetWei)
      return note(entry, [{ type: 'budgeted', atMs: clock.now(), budgetWei }])
    },
    redo: async (id, group) => {
      const entry = entryOf(id)
      const { state, desk } = entry
      const event = redoEvent(state, group, clock.now())
      if (!state.ended) {
        if (desk?.phase !== 'running') throw wrongState(viewEntry(entry), 'is about to end')
        mustBeAgreed(state, event.budgetWei)
        return note(entry, [event])
      }
      // What a job has not done with is pinned as it is.
      if (state.ended.how === 'done') await pinAll(components.storage, state, neededForRedo(state, group))
      return goOn(entry, { budgetWei: event.budgetWei, deadlineMs: null }, [event])
    },
    keyFor: (agreement, auditor) => {
      const entry = [...entries.values()].find(({ state }) => state.agreements.has(agreement))
      if (entry !== undefined) return auditorsKey(entry.state, auditor)
      throw new GolemError({
        code: 'JOB_UNKNOWN',
        message: `No job of this node has the agreement ${agreement}.`,
        remedy: 'Only the requestor of a job lets others read what it moved.',
      })
    },
    offers: () => offerDesk.offers(),
    prices: (app) => pricesNow(appNamed(app)),
    examine: async (asked, { signal }) => {
      const app = appNamed(asked.app)
      refuseListed(app)
      const { parameters, inputs } = await app.parse(asked.parameters)
      if (examinations >= MAX_EXAMINATIONS) {
        throw new GolemError({
          code: 'EXAMINATION_BUSY',
          message: `More than ${MAX_EXAMINATIONS} files wait to be examined.`,
          remedy: 'Try again in a moment.',
        })
      }
      examinations += 1
      const either = AbortSignal.any([signal, stopping.signal])
      const prices = pricesNow(app)
      // Told where it is awaited.
      prices.catch(() => undefined)
      const parts = { ...components, speed: options.speed }
      // One after another: each opens a program of its own.
      const mine = examining.then(async () => {
        either.throwIfAborted()
        return examineOnly(parts, () => takeProgram(app), { app, parameters, inputs, signal: either })
      })
      examining = mine.catch(() => undefined)
      try {
        return { ...(await mine), prices: await prices }
      } finally {
        examinations -= 1
      }
    },
    isWaiting: (app) => waiting.get(app)?.alive === true,
    preview: async (id, of) => {
      const { state } = entryOf(id)
      return previewer.preview(state, appNamed(state.request.app), of)
    },
    stop: async () => {
      stopping.abort(new GolemError({ code: 'NODE_STOPS', message: 'The node stops.' }))
      await Promise.all([...entries.values()].map(({ ended }) => ended))
      await examining
      await audits?.stop()
      await previewer.stop()
      courier.stop()
      offerDesk.stop()
      for (const program of warm.values()) await program.then((entry) => entry.close()).catch(() => undefined)
    },
  }
}

const viewEntry = ({ state, desk, trouble }: Entry): JobView => {
  const view = viewJob(state, desk)
  return trouble === null || state.ended ? view : { ...view, waiting: trouble }
}

/** @throws {GolemError} `BUDGET_TOO_SMALL` */
function mustExceedSpent({ spentWei }: JobState, budgetWei: Wei): void {
  if (budgetWei > spentWei) return
  throw new GolemError({
    code: 'BUDGET_TOO_SMALL',
    message: `The job has spent ${formatGlm(spentWei)} GLM already.`,
    remedy: 'Name a budget above that; it counts from the job’s beginning.',
  })
}

/** @throws {GolemError} `BUDGET_TOO_LARGE` where what providers have signed does not allow it */
function mustBeAgreed({ agreements, request }: JobState, budgetWei: Wei): void {
  for (const { terms, excluded, closed } of agreements.values()) {
    if (excluded !== null || closed || terms.capWei >= budgetWei) continue
    throw new GolemError({
      code: 'BUDGET_TOO_LARGE',
      message: `Its providers have signed that it costs ${formatGlm(terms.capWei)} GLM at most.`,
      remedy: `Cancel it, and \`golem job ${request.id} resume --budget GLM\` goes on: others are signed then.`,
    })
  }
}

/** @throws {GolemError} `REDO_IMPOSSIBLE` where something is gone; then nothing is pinned */
async function pinAll(storage: Storage, { request }: JobState, needed: ReturnType<typeof neededForRedo>) {
  // Pinned before it is looked for: nothing goes in between.
  for (const { cid, owner } of needed) await storage.pin(asCid(cid), owner)
  const found = await Promise.all(needed.map(({ cid }) => storage.has(asCid(cid))))
  if (found.every(Boolean)) return
  for (const { owner } of needed) await storage.unpin(owner)
  throw new GolemError({
    code: 'REDO_IMPOSSIBLE',
    message: `What job ${request.id} was made of is not in the storage any more.`,
    remedy: 'Order these results as a job of their own.',
  })
}

const wrongState = (view: JobView, what: string) =>
  new GolemError({
    code: 'JOB_STATE',
    message: `Job ${view.id} ${what}: it is ${view.state}.`,
    remedy: `See \`golem job ${view.id}\`.`,
  })
