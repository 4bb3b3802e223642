import { type Gate, handsBack, joiningCoreMs, nextAssignment } from '@golem/market'
import type { Clock, Folders, Sandbox, Storage } from '@golem/ports'
import {
  type BatchedDelivery,
  type Cid,
  encodeJson,
  GolemError,
  HANDED_BACK,
  imageOf,
  type Json,
  type KeyOpener,
  MESSAGE_LIMIT_BYTES,
  type Signer,
  type Wei,
} from '@golem/protocol'
import { byteLength } from '../fitted.ts'
import { hexOf } from '../hex-of.ts'
import type { Logger } from '../logger.ts'
import { type Agreement, type Agreements, outputsOwner, type Subtask } from './agreements.ts'
import { type Answer, type Asked, askProgram, type Failure } from './ask-program.ts'
import { createGlimpses, type Glimpses } from './glimpses.ts'
import type { Inputs } from './inputs.ts'
import type { Programs, Taken } from './programs.ts'
import { createQueue, type Job } from './queue.ts'
import { type Reason, reasonOf } from './reason-of.ts'
import { tellDelivered } from './say-deliveries.ts'
import type { FailureNote } from './status.ts'

/** Progress is passed on this often. */
const PROGRESS_MS = 250
/** Outputs' folders, below the node's own. */
export const OUTPUT_FOLDERS = 'provider/outputs'
/** Short subtasks are given to a program together: as much as takes so long, and no more than so many. */
const BATCH_MS = 100
const BATCH_MOST = 250

/** Where subtasks are computed: a queue for the lent cores. */
export type Workshop = {
  add(agreement: Agreement, subtasks: readonly Subtask[]): void
  /** Something short, for which a core is taken before the next subtask is: none begins while the gate is not open. */
  lendCore(agreement: Agreement, act: (signal: AbortSignal) => Promise<void>): void
  /** Subtasks of an agreement that wait for a core. */
  queued(agreement: Agreement): number
  /** Their prices. */
  queuedWei(agreement: Agreement): Wei
  /** How many cores compute, for one agreement or for all. */
  running(agreement?: Agreement): number
  /** Ends the programs and inputs of an agreement; its unfinished subtasks are forgotten. */
  clear(agreement: Agreement): Promise<void>
  /** What is let through from now on. Resolves when what is to stand still does. */
  setGate(gate: Gate, thawsAtMs: number | null): Promise<void>
  /** Begins what there is a core for: there may be more of them now. */
  look(): void
  /** What is computed, for the machine's owner. */
  readonly glimpses: Pick<Glimpses, 'list' | 'picture'>
  /** Gives back what stands still for too long. */
  lookAtFrozen(): void
  /** Ends all work. */
  stop(): Promise<void>
}

type Components = {
  agreements: Agreements
  programs: Programs
  inputs: Inputs
  sandbox: Sandbox
  storage: Storage
  folders: Folders
  signer: Signer
  opener: KeyOpener
  clock: Clock
  logger: Logger
  randomBytes: (length: number) => Uint8Array
}
type Options = {
  cores: () => number
  /** Of one core; the reference machine has 1. */
  speed: number
  gate: Gate
  /** What more of an agreement's work may begin unpaid, of which the next subtask costs so much. */
  creditWei: (agreement: Agreement, nextWei: Wei) => Wei
  /** Whether its work is begun only as far as it was paid before. */
  isOwing: (agreement: Agreement) => boolean
  onFailure: (note: FailureNote) => void
  /** Of an agreement, of which it is noted. */
  onMalware: (agreement: Agreement) => void
  onChange: () => void
}

/** What one core computes: a subtask, or some short ones. */
type Batch = { agreement: Agreement; jobs: Job[]; startedAtMs: number; signal: AbortSignal }
type Errand = { agreement: Agreement; act: (signal: AbortSignal) => Promise<void> }

export function createWorkshop(
  components: Components,
  { cores, speed, gate, creditWei, isOwing, onFailure, onMalware, onChange }: Options,
): Workshop {
  const { agreements, programs, inputs, sandbox, storage, folders, signer, opener, clock, logger, randomBytes } =
    components
  const queue = createQueue()
  const running = new Set<Batch>()
  const runs = new Set<Promise<void>>()
  const errands: Errand[] = []
  /** Runs' ends and deliveries, until nothing of them is left. */
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  const still = standingStill(clock)

  const runningOf = (agreement: Agreement): number =>
    [...running].reduce((count, batch) => count + (batch.agreement === agreement ? 1 : 0), 0)
  const coreMsOf = (agreement: Agreement): number =>
    [...running].reduce(
      (sum, batch) => sum + (batch.agreement === agreement ? clock.now() - batch.startedAtMs : 0),
      agreement.coreMs,
    )
  const active = (): Set<Agreement> =>
    new Set([...queue.ready().map(({ agreement }) => agreement), ...[...running].map(({ agreement }) => agreement)])
  const expectedMs = ({ assignment }: Job): number => assignment.units / 1_000 / speed
  const glimpses = createGlimpses(components, { expectedMs })
  const isWanted = ({ agreement, subtask }: Job): boolean =>
    ![subtask.control, agreement.control, stopping].some(({ signal }) => signal.aborted)

  const isCredited = (agreement: Agreement, first: Job | null): boolean =>
    first !== null && creditWei(agreement, first.subtask.priceWei) >= first.subtask.priceWei

  const pump = (): void => {
    while (gate === 'open' && running.size < cores() && !stopping.signal.aborted) {
      const errand = errands.shift()
      if (errand !== undefined) {
        track(runs, runErrand(errand))
        continue
      }
      const chosen = nextAssignment(
        queue.ready().map(({ agreement, count, first }) => ({
          id: agreement,
          ready: isCredited(agreement, first) ? count : 0,
          running: runningOf(agreement),
          coreMs: coreMsOf(agreement),
        })),
      )
      if (chosen === null) break
      const batch = takeBatch(chosen)
      running.add(batch)
      const isPaidBefore = isOwing(batch.agreement)
      for (const { subtask } of batch.jobs) Object.assign(subtask, { state: 'running', isPaidBefore })
      track(runs, run(batch))
    }
    onChange()
  }

  const runErrand = async ({ agreement, act }: Errand): Promise<void> => {
    const signal = AbortSignal.any([agreement.control.signal, stopping.signal])
    const batch: Batch = { agreement, jobs: [], startedAtMs: clock.now(), signal }
    running.add(batch)
    try {
      if (!signal.aborted) await act(signal)
    } catch (error) {
      logger.debug({ agreement: agreement.id, error: String(error) }, 'a core was lent for nothing')
    } finally {
      running.delete(batch)
      pump()
    }
  }

  /** Each request of a module runs in an instance of its own: what one does there, the next does not see. */
  const takeBatch = (agreement: Agreement): Batch => {
    const isModule = agreement.app.manifest.runtime.kind === 'wasm'
    let leftWei = creditWei(agreement, 0n)
    const takes = (job: Job, taken: readonly Job[]): boolean => {
      leftWei -= taken.at(-1)?.subtask.priceWei ?? 0n
      return (
        isModule &&
        taken.length < BATCH_MOST &&
        job.subtask.priceWei <= leftWei &&
        taken.reduce((sum, each) => sum + expectedMs(each), expectedMs(job)) <= BATCH_MS
      )
    }
    const jobs = queue.take(agreement, takes)
    const [first] = jobs
    const all = [agreement.control.signal, stopping.signal]
    // Of several, those that nobody wants any more are computed and forgotten: it takes less than to begin anew.
    const signal = AbortSignal.any(jobs.length === 1 && first ? [first.subtask.control.signal, ...all] : all)
    return { agreement, jobs, startedAtMs: clock.now(), signal }
  }

  /** The core is free as soon as the program has answered; its outputs are taken while the next subtasks run. */
  const run = async (batch: Batch): Promise<void> => {
    const { agreement, jobs } = batch
    let taken: Taken | null = null
    let asked: Asked
    glimpses.begin(jobs)
    try {
      taken = await take(batch)
      asked = await ask(batch, taken)
    } catch (error) {
      asked = { answers: [], failures: jobs.map((job) => ({ job, error })) }
    }
    const { answers, failures } = asked
    const delivered = Promise.withResolvers<void>()
    glimpses.end(jobs, answers)
    if (taken !== null) {
      for (const { job } of answers) job.subtask.state = 'delivering'
      const goesOn = await glimpses.paint(taken, answers, batch.signal)
      if (answers.length > 0) track(taken.program.readers, delivered.promise)
      const gone = letGo(taken, asked, { goesOn })
      track(underWay, gone)
      // One that ended after some answers is waited for by what takes those.
      if (answers.length === 0) await gone
    }
    running.delete(batch)
    agreement.coreMs += clock.now() - batch.startedAtMs
    noteFailures(failures)
    void inputs.trim(agreement.id, inputsInUse(agreement))
    pump()
    if (taken !== null && answers.length > 0)
      track(underWay, deliver(agreement, taken, answers).finally(delivered.resolve))
  }

  /** A program for a batch, which may have made a sketch of it. One that failed at that is not used for anything else. */
  const take = async ({ agreement, jobs, signal }: Batch): Promise<Taken> => {
    const inputs = jobs[0]?.inputs ?? null
    if (inputs === null) throw new RangeError('inputs are laid before a subtask runs')
    const wanted = { agreement: agreement.id, app: agreement.app, inputs }
    const taken = await programs.take(wanted, signal)
    if (await glimpses.sketch(taken, jobs, signal)) return taken
    track(
      underWay,
      programs.discard(taken.program).catch(() => undefined),
    )
    return programs.take(wanted, signal)
  }

  const ask = (batch: Batch, taken: Taken): Promise<Asked> => {
    let toldAtMs = Number.NEGATIVE_INFINITY
    return askProgram(batch.jobs, taken, {
      signal: batch.signal,
      stoodStillMs: still.ms,
      onProgress: (job, { fraction, note }) => {
        job.doneShare = fraction
        job.note = note
        if (clock.now() - toldAtMs < PROGRESS_MS) return
        toldAtMs = clock.now()
        batch.agreement.outbox?.hint({
          type: 'progress',
          index: job.subtask.index,
          fraction: Math.min(1, Math.max(0, fraction)),
          note: note.slice(0, 200),
        })
      },
    })
  }

  /** A program that failed leaves files and state behind: the next subtask gets a fresh one. A module does not. */
  const letGo = async ({ program }: Taken, { failures }: Asked, { goesOn }: { goesOn: boolean }): Promise<void> => {
    const isModule = program.app.manifest.runtime.kind === 'wasm'
    if (!goesOn || failures.some(({ error }) => !isModule || hasEnded(error)))
      await programs.discard(program).catch(() => {})
    else programs.giveBack(program)
  }

  /** Of those that a program did not answer before it ended, the first one is to blame; the others are done anew. */
  const noteFailures = (failures: readonly Failure[]): void => {
    let isBlamed = false
    for (const { job, error } of failures) {
      if (!isWanted(job)) continue
      if (hasEnded(error) && isBlamed) {
        job.subtask.state = 'queued'
        queue.add(job)
      } else fail(job, reasonOf(error))
      isBlamed ||= hasEnded(error)
    }
  }

  const deliver = async (agreement: Agreement, taken: Taken, answers: readonly Answer[]): Promise<void> => {
    const kept: (readonly [Job, BatchedDelivery])[] = []
    for (const answer of answers) {
      const { job, result, usage } = answer
      const delivered = await keep(taken, answer)
      if (delivered !== null) kept.push([job, { index: job.subtask.index, outputs: delivered.outputs, result, usage }])
    }
    const wanted = kept.filter(([job]) => isWanted(job))
    try {
      if (wanted.length > 0) {
        agreements.deliver(
          agreement,
          wanted.map(([{ subtask }, delivered]) => [subtask, delivered]),
        )
        agreement.failures = 0
        tellDelivered(
          { signer, agreements },
          agreement,
          wanted.map(([{ subtask }]) => subtask),
        )
      }
    } catch (error) {
      programs.spoil(taken.program)
      for (const [job] of wanted) fail(job, reasonOf(error))
    }
    for (const [job, { outputs }] of kept) {
      if (outputs !== null && job.subtask.delivered === null)
        await storage.unpin(outputsOwner(agreement.id, job.subtask.index)).catch(() => {})
    }
    onChange()
  }

  /** @throws {GolemError} `CONTENT_KEY_WRONG` */
  const sealingOf = ({ agreement, assignment }: Job): { contentKey?: Uint8Array } =>
    assignment.contentKey === undefined ? {} : { contentKey: opener.unwrap(assignment.contentKey, agreement.id) }

  /** Takes what a subtask left; null where that failed, and was said. */
  const keep = async (taken: Taken, { job, result, isEmpty }: Answer): Promise<{ outputs: Cid | null } | null> => {
    const { agreement, subtask } = job
    if (!isWanted(job)) return null
    try {
      checkSize(result)
      if (isEmpty && agreement.speaksBatches) return { outputs: null }
      const owner = outputsOwner(agreement.id, subtask.index)
      return { outputs: await keepOutputs(job, taken, isEmpty ? null : `${subtask.index}`, owner) }
    } catch (error) {
      programs.spoil(taken.program)
      await storage.unpin(outputsOwner(agreement.id, subtask.index)).catch(() => {})
      if (isWanted(job)) fail(job, reasonOf(error))
      return null
    }
  }

  const keepOutputs = async (
    job: Job,
    { program, running }: Taken,
    left: string | null,
    owner: string,
  ): Promise<Cid> => {
    const name = `${OUTPUT_FOLDERS}/${hexOf(randomBytes(8))}`
    const folder = await folders.make(name)
    try {
      const clean = folders.join(folder, 'files')
      if (left === null) await folders.make(`${name}/files`)
      else await sandbox.collect(folders.join(running.folders.out, left), clean, program.limits)
      const { cid } = await storage.addPath(clean, sealingOf(job))
      await storage.pin(cid, owner)
      return cid
    } finally {
      await folders.remove(folder)
    }
  }

  const fail = ({ agreement, subtask }: Job, reason: Reason): void => {
    agreements.giveUp(agreement, subtask)
    agreement.failures += 1
    logger.warn({ agreement: agreement.id, subtask: subtask.index, reason }, 'a subtask failed')
    const { terms, app } = agreement
    onFailure({ requestor: terms.requestor, app: app.title, ...reason, atMs: clock.now() })
    agreement.outbox?.post({ type: 'failed', index: subtask.index, reason })
  }

  /** Nobody is to blame: the machine is needed by its owner. */
  const handBack = ({ agreement, subtask }: Job): void => {
    agreements.giveUp(agreement, subtask)
    subtask.control.abort()
    logger.info({ agreement: agreement.id, subtask: subtask.index }, 'a subtask is handed back')
    const message = 'This machine computes no more at the moment.'
    agreement.outbox?.post({ type: 'failed', index: subtask.index, reason: { code: HANDED_BACK, message } })
  }

  const runningJobs = (): Job[] =>
    [...running].flatMap(({ jobs }) => jobs).filter((job) => job.subtask.state === 'running' && isWanted(job))

  const lookAtFrozen = (): void => {
    const frozenSinceMs = still.sinceMs()
    if (frozenSinceMs === null) return
    for (const job of runningJobs()) {
      const { agreement, doneShare } = job
      const { deadlineMs } = agreement.terms
      const work = { nowMs: clock.now(), deadlineMs, frozenSinceMs, expectedMs: expectedMs(job), doneShare }
      if (handsBack({ ...work, thawsAtMs: still.untilMs() })) handBack(job)
    }
    onChange()
  }

  const inputsInUse = (agreement: Agreement): Set<Cid> => {
    const ofRunning = [...running].filter((batch) => batch.agreement === agreement).flatMap(({ jobs }) => jobs)
    return new Set([...queue.jobs(agreement), ...ofRunning].map(({ assignment }) => assignment.inputs))
  }

  const noteMalware = (agreement: Agreement, evidence: Cid, jobs: readonly Job[]): void => {
    const before = agreement.malicious ?? { evidence, count: 0, valueWei: 0n }
    const valueWei = jobs.reduce((sum, { subtask }) => sum + subtask.priceWei, before.valueWei)
    agreement.malicious = { ...before, count: before.count + jobs.length, valueWei }
    onMalware(agreement)
  }

  /** Laid while others compute, so that a free core does not wait for the network. */
  const layInputs = async (agreement: Agreement, cid: Cid, jobs: readonly Job[]): Promise<void> => {
    const { record, sources } = agreement
    const from = [record.contact, ...(sources?.inputs === cid ? sources.from : [])]
    try {
      const signal = AbortSignal.any([agreement.control.signal, stopping.signal])
      const [first] = jobs
      const wanted = { cid, ...(first === undefined ? {} : sealingOf(first)) }
      const image = imageOf(agreement.app.manifest)
      if (image !== null) await inputs.bring(agreement.id, image, [record.contact], signal)
      const path = await inputs.lay(agreement.id, wanted, from, signal)
      for (const job of jobs) queue.setReady(job, { cid, path })
    } catch (error) {
      if (error instanceof GolemError && error.code === 'MALWARE_FOUND') noteMalware(agreement, cid, jobs)
      for (const job of jobs) if (queue.delete(job) && isWanted(job)) fail(job, reasonOf(error))
    }
    pump()
  }

  return {
    add: (agreement, subtasks) => {
      const others = active()
      if (!others.has(agreement)) {
        agreement.coreMs = joiningCoreMs(
          agreement.coreMs,
          [...others].map((each) => ({ coreMs: coreMsOf(each) })),
        )
      }
      const byInputs = new Map<Cid, Job[]>()
      for (const subtask of subtasks) {
        const { assignment } = subtask
        if (assignment === null) throw new RangeError('what was delivered before is not computed again')
        const job: Job = { agreement, subtask, assignment, inputs: null, doneShare: 0, note: '' }
        queue.add(job)
        subtask.control.signal.addEventListener('abort', () => queue.delete(job), { once: true })
        byInputs.set(assignment.inputs, [...(byInputs.get(assignment.inputs) ?? []), job])
      }
      for (const [cid, jobs] of byInputs) void layInputs(agreement, cid, jobs)
    },
    lendCore: (agreement, act) => {
      errands.push({ agreement, act })
      pump()
    },
    queued: (agreement) => queue.count(agreement),
    queuedWei: queue.priceWei,
    running: (agreement) => (agreement === undefined ? running.size : runningOf(agreement)),
    clear: async (agreement) => {
      for (const subtask of [...agreement.subtasks.values()]) {
        if (subtask.delivered !== null) continue
        subtask.control.abort()
        agreements.giveUp(agreement, subtask)
      }
      await programs.endAgreement(agreement.id)
      await inputs.endAgreement(agreement.id)
    },
    setGate: async (next, thawsAtMs) => {
      gate = next
      if (gate !== 'open') for (const job of queue.jobs()) handBack(job)
      if (gate === 'off') for (const job of runningJobs()) handBack(job)
      if (gate === 'frozen') {
        still.begin(thawsAtMs)
        await programs.freeze()
        lookAtFrozen()
      } else {
        still.end()
        await programs.thaw()
        if (gate === 'off') {
          await programs.clear()
          await Promise.allSettled(runs)
        }
      }
      pump()
    },
    look: pump,
    glimpses,
    lookAtFrozen,
    stop: async () => {
      stopping.abort(new GolemError({ code: 'PROVIDER_STOPPED', message: 'The provider stops.' }))
      queue.clear()
      while (runs.size + underWay.size > 0) await Promise.allSettled([...runs, ...underWay])
    },
  }
}

/** What says that a program is gone, with all that it was asked. */
const ENDED = new Set(['SANDBOX_ENDED', 'SUBTASK_TIMEOUT', 'PROGRAM_MISBEHAVED'])
const hasEnded = (error: unknown): boolean => !(error instanceof GolemError) || ENDED.has(error.code)

/** How long everything stood still, in all. */
function standingStill(clock: Clock) {
  let beforeMs = 0
  let now: { sinceMs: number; untilMs: number | null } | null = null
  return {
    begin: (untilMs: number | null): void => {
      now = { sinceMs: now?.sinceMs ?? clock.now(), untilMs }
    },
    end: (): void => {
      if (now !== null) beforeMs += clock.now() - now.sinceMs
      now = null
    },
    ms: (): number => beforeMs + (now === null ? 0 : clock.now() - now.sinceMs),
    sinceMs: (): number | null => now?.sinceMs ?? null,
    untilMs: (): number | null => now?.untilMs ?? null,
  }
}

function track(set: Set<Promise<unknown>>, work: Promise<unknown>): void {
  set.add(work)
  void work.finally(() => set.delete(work))
}

/** The rest of a message with one delivery takes less than this. */
const ENVELOPE_BYTES = 2_000

function checkSize(result: Json): void {
  const sizeBytes = byteLength(encodeJson(result))
  if (sizeBytes <= MESSAGE_LIMIT_BYTES - ENVELOPE_BYTES) return
  throw new GolemError({
    code: 'RESULT_TOO_LARGE',
    message: `The program answered with ${sizeBytes} bytes; ${MESSAGE_LIMIT_BYTES - ENVELOPE_BYTES} are allowed.`,
    remedy: 'Leave large results in the output folder.',
  })
}
