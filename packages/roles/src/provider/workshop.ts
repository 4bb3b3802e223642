import { type Gate, handsBack, joiningCoreMs, nextAssignment } from '@golem/market'
import type { Clock, Folders, Sandbox, Storage } from '@golem/ports'
import {
  type Assignment,
  type Cid,
  domainOf,
  encodeJson,
  GolemError,
  HANDED_BACK,
  type Json,
  type KeyOpener,
  MESSAGE_LIMIT_BYTES,
  type Signer,
  signDelivery,
  type Usage,
} from '@golem/protocol'
import type { RunningProgram } from '../launch-program.ts'
import type { Logger } from '../logger.ts'
import { type Agreement, type Agreements, type Delivered, outputsOwner, type Subtask } from './agreements.ts'
import { hexOf } from './hex-of.ts'
import type { Inputs } from './inputs.ts'
import type { Program, Programs } from './programs.ts'
import { type Reason, reasonOf } from './reason-of.ts'

/** Progress is passed on this often. */
const PROGRESS_MS = 250
/** Outputs' folders, below the node's own. */
export const OUTPUT_FOLDERS = 'provider/outputs'

/** Where subtasks are computed: a queue for the lent cores. */
export type Workshop = {
  add(agreement: Agreement, subtask: Subtask): void
  /** How many subtasks run, of one agreement or of all. */
  running(agreement?: Agreement): number
  /** Ends the programs and inputs of an agreement; its unfinished subtasks are forgotten. */
  clear(agreement: Agreement): Promise<void>
  /** What is let through from now on. Resolves when what is to stand still does. */
  setGate(gate: Gate, thawsAtMs: number | null): Promise<void>
  /** Begins what there is a core for: there may be more of them now. */
  look(): void
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
  onChange: () => void
}

type Answer = { result: Json; isEmpty: boolean; usage: Usage }
type Taken = { program: Program; running: RunningProgram }

/** A subtask on its way, with what stops it. */
type Job = {
  agreement: Agreement
  subtask: Subtask
  assignment: Assignment
  /** null until its inputs are here. */
  inputs: { cid: Cid; path: string } | null
  signal: AbortSignal
  startedAtMs: number
  /** As its program says, 0 to 1. */
  doneShare: number
}

export function createWorkshop(components: Components, { cores, speed, gate, onChange }: Options): Workshop {
  const { agreements, programs, inputs, sandbox, storage, folders, signer, opener, clock, logger, randomBytes } =
    components
  /** In the order they came. */
  const queue = new Set<Job>()
  const running = new Set<Job>()
  /** Runs and deliveries, until nothing of them is left. */
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  const still = standingStill(clock)

  const runningOf = (agreement: Agreement): number =>
    [...running].reduce((count, job) => count + (job.agreement === agreement ? 1 : 0), 0)
  const coreMsOf = (agreement: Agreement): number =>
    [...running].reduce(
      (sum, job) => sum + (job.agreement === agreement ? clock.now() - job.startedAtMs : 0),
      agreement.coreMs,
    )
  const active = (): Agreement[] => [...new Set([...queue, ...running].map((job) => job.agreement))]

  const pump = (): void => {
    while (gate === 'open' && running.size < cores() && !stopping.signal.aborted) {
      const ready = [...queue].filter((job) => job.inputs !== null)
      const chosen = nextAssignment(
        active().map((agreement) => ({
          id: agreement,
          ready: ready.filter((job) => job.agreement === agreement).length,
          running: runningOf(agreement),
          coreMs: coreMsOf(agreement),
        })),
      )
      const job = ready.find((each) => each.agreement === chosen)
      if (job === undefined) break
      queue.delete(job)
      running.add(job)
      job.startedAtMs = clock.now()
      job.subtask.state = 'running'
      track(underWay, run(job))
    }
    onChange()
  }

  /** The core is free as soon as the program has answered; its outputs are taken while the next subtask runs. */
  const run = async (job: Job): Promise<void> => {
    const { agreement, subtask, signal } = job
    let taken: Taken | null = null
    try {
      if (job.inputs === null) throw new RangeError('inputs are laid before a subtask runs')
      taken = await programs.take({ agreement: agreement.id, app: agreement.app, inputs: job.inputs }, signal)
      const answer = await ask(job, taken)
      subtask.state = 'delivering'
      const delivery = deliver(job, taken, answer)
      track(taken.program.readers, delivery)
      track(underWay, delivery)
      programs.giveBack(taken.program)
    } catch (error) {
      // One that failed leaves files and state behind: the next subtask gets a fresh one.
      if (taken !== null) await programs.discard(taken.program).catch(() => {})
      if (!signal.aborted) fail(job, reasonOf(error))
    } finally {
      running.delete(job)
      agreement.coreMs += clock.now() - job.startedAtMs
      void inputs.trim(agreement.id, inputsInUse(agreement))
      pump()
    }
  }

  const ask = async (job: Job, { program, running: { client, process } }: Taken): Promise<Answer> => {
    const { agreement, subtask, assignment, signal } = job
    const { method, params } = assignment.request
    let toldAtMs = Number.NEGATIVE_INFINITY
    const before = await process.usage()
    const stoodStillMs = still.ms()
    const { result, files } = await client.ask(
      method,
      { ...asObject(params), outDir: `/out/${subtask.index}` },
      {
        signal,
        timeoutMs: program.limits.wallMs,
        onProgress: ({ fraction, note }) => {
          job.doneShare = fraction
          if (clock.now() - toldAtMs < PROGRESS_MS) return
          toldAtMs = clock.now()
          agreement.outbox?.hint({
            type: 'progress',
            index: subtask.index,
            fraction: Math.min(1, Math.max(0, fraction)),
            note: note.slice(0, 200),
          })
        },
      },
    )
    const after = await process.usage()
    return {
      result: result as Json,
      isEmpty: files?.length === 0,
      usage: {
        wallMs: Math.max(0, after.wallMs - before.wallMs - (still.ms() - stoodStillMs)),
        cpuMs: Math.max(0, after.cpuMs - before.cpuMs),
        peakMemoryBytes: after.peakMemoryBytes,
        bytesIn: Math.max(0, after.bytesIn - before.bytesIn),
        bytesOut: Math.max(0, after.bytesOut - before.bytesOut),
      },
    }
  }

  const deliver = async (job: Job, taken: Taken, { isEmpty, ...answer }: Answer): Promise<void> => {
    const { agreement, subtask, signal } = job
    const owner = outputsOwner(agreement.id, subtask.index)
    try {
      const outputs = await keepOutputs(job, taken, isEmpty ? null : `${subtask.index}`, owner)
      signal.throwIfAborted()
      const delivery = signDelivery(signer, domainOf(agreement.terms.settlement), {
        agreementId: agreement.id,
        index: subtask.index,
        outputs,
      })
      const delivered: Delivered = { delivery, ...answer }
      checkSize(delivered)
      agreements.deliver(agreement, subtask, delivered)
      agreement.failures = 0
      agreement.outbox?.post({ type: 'delivered', ...delivered })
    } catch (error) {
      programs.spoil(taken.program)
      await storage.unpin(owner).catch(() => {})
      if (!signal.aborted) fail(job, reasonOf(error))
    }
    onChange()
  }

  /** @throws {GolemError} `CONTENT_KEY_WRONG` */
  const sealingOf = ({ agreement, assignment }: Job): { contentKey?: Uint8Array } =>
    assignment.contentKey === undefined ? {} : { contentKey: opener.unwrap(assignment.contentKey, agreement.id) }

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
    agreement.subtasks.delete(subtask.index)
    agreement.failures += 1
    logger.warn({ agreement: agreement.id, subtask: subtask.index, reason }, 'a subtask failed')
    agreement.outbox?.post({ type: 'failed', index: subtask.index, reason })
  }

  /** Nobody is to blame: the machine is needed by its owner. */
  const handBack = ({ agreement, subtask }: Job): void => {
    agreement.subtasks.delete(subtask.index)
    subtask.control.abort()
    logger.info({ agreement: agreement.id, subtask: subtask.index }, 'a subtask is handed back')
    const message = 'This machine computes no more at the moment.'
    agreement.outbox?.post({ type: 'failed', index: subtask.index, reason: { code: HANDED_BACK, message } })
  }

  const lookAtFrozen = (): void => {
    const frozenSinceMs = still.sinceMs()
    if (frozenSinceMs === null) return
    for (const job of running) {
      if (job.subtask.state !== 'running') continue
      const { agreement, assignment, doneShare } = job
      const expectedMs = assignment.units / 1_000 / speed
      const work = { nowMs: clock.now(), deadlineMs: agreement.terms.deadlineMs, frozenSinceMs, expectedMs, doneShare }
      if (handsBack({ ...work, thawsAtMs: still.untilMs() })) handBack(job)
    }
    onChange()
  }

  const inputsInUse = (agreement: Agreement): Set<Cid> =>
    new Set([...queue, ...running].filter((job) => job.agreement === agreement).map((job) => job.assignment.inputs))

  /** Laid while others compute, so that a free core does not wait for the network. */
  const layInputs = async (job: Job): Promise<void> => {
    const { agreement, assignment } = job
    const { contact } = agreement.record
    try {
      const signal = AbortSignal.any([agreement.control.signal, stopping.signal])
      const wanted = { cid: assignment.inputs, ...sealingOf(job) }
      const path = await inputs.lay(agreement.id, wanted, contact, signal)
      job.inputs = { cid: assignment.inputs, path }
    } catch (error) {
      if (queue.delete(job) && !job.signal.aborted) fail(job, reasonOf(error))
    }
    pump()
  }

  return {
    add: (agreement, subtask) => {
      const { assignment } = subtask
      if (assignment === null) throw new RangeError('what was delivered before is not computed again')
      const others = active()
      if (!others.includes(agreement)) {
        agreement.coreMs = joiningCoreMs(
          agreement.coreMs,
          others.map((each) => ({ coreMs: coreMsOf(each) })),
        )
      }
      const signal = AbortSignal.any([subtask.control.signal, agreement.control.signal, stopping.signal])
      const job: Job = { agreement, subtask, assignment, inputs: null, signal, startedAtMs: 0, doneShare: 0 }
      queue.add(job)
      signal.addEventListener('abort', () => queue.delete(job), { once: true })
      void layInputs(job)
    },
    running: (agreement) => (agreement === undefined ? running.size : runningOf(agreement)),
    clear: async (agreement) => {
      for (const subtask of [...agreement.subtasks.values()]) {
        if (subtask.delivered !== null) continue
        subtask.control.abort()
        agreement.subtasks.delete(subtask.index)
      }
      await programs.endAgreement(agreement.id)
      await inputs.endAgreement(agreement.id)
    },
    setGate: async (next, thawsAtMs) => {
      gate = next
      if (gate !== 'open') for (const job of [...queue]) handBack(job)
      if (gate === 'off') for (const job of running) if (job.subtask.state === 'running') handBack(job)
      if (gate === 'frozen') {
        still.begin(thawsAtMs)
        await programs.freeze()
        lookAtFrozen()
      } else {
        still.end()
        await programs.thaw()
        if (gate === 'off') await programs.clear()
      }
      pump()
    },
    look: pump,
    lookAtFrozen,
    stop: async () => {
      stopping.abort(new GolemError({ code: 'PROVIDER_STOPPED', message: 'The provider stops.' }))
      queue.clear()
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}

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

const asObject = (params: unknown): { [key: string]: Json } =>
  typeof params === 'object' && params !== null && !Array.isArray(params) ? (params as { [key: string]: Json }) : {}

/** The rest of a `delivered` message takes less than this. */
const ENVELOPE_BYTES = 2_000

function checkSize({ result }: Delivered): void {
  const sizeBytes = new TextEncoder().encode(encodeJson(result)).length
  if (sizeBytes <= MESSAGE_LIMIT_BYTES - ENVELOPE_BYTES) return
  throw new GolemError({
    code: 'RESULT_TOO_LARGE',
    message: `The program answered with ${sizeBytes} bytes; ${MESSAGE_LIMIT_BYTES - ENVELOPE_BYTES} are allowed.`,
    remedy: 'Leave large results in the output folder.',
  })
}
