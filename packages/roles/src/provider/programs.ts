import type { Clock, Folders, Sandbox, Storage } from '@golem/ports'
import { type Bytes32, type Cid, encodeJson, GolemError, imageOf, type Limits } from '@golem/protocol'
import { launchProgram, type RunningProgram, sourceOf } from '../launch-program.ts'
import type { Logger } from '../logger.ts'
import type { Grants } from './grants.ts'
import type { ProvidedApp } from './options.ts'

/** A program of this provider: empty at first, then bound to one agreement and one set of inputs until its end. */
export type Program = {
  readonly app: ProvidedApp
  /** What is enforced for it: the smaller of what was asked and granted when it was started. */
  readonly limits: Limits
  readonly started: Promise<RunningProgram>
  /** null while it starts. */
  running: RunningProgram | null
  bound: { agreement: Bytes32; inputs: Cid } | null
  /** Serves a subtask, or is about to. */
  busy: boolean
  lastUsedMs: number
  /** Left something behind that the next subtask should not meet. */
  isSpoiled: boolean
  /** What still reads its folders. */
  readonly readers: Set<Promise<unknown>>
}

/** A program that serves somebody. */
export type Taken = { program: Program; running: RunningProgram }

export type Wanted = {
  agreement: Bytes32
  app: ProvidedApp
  /** null for an empty one, which stays so. */
  inputs: { cid: Cid; path: string } | null
}

/** The programs of this provider. One serves one subtask at a time. */
export type Programs = {
  /**
   * A program with these inputs at /in: the agreement's own from before, else an empty one that waits, else a new one.
   *
   * @throws {GolemError} `SANDBOX_UNAVAILABLE`, `SANDBOX_START_FAILED`, `SANDBOX_ENDED`, the signal's reason
   */
  take(wanted: Wanted, signal: AbortSignal): Promise<Taken>
  /** Keeps it for the next subtask of the same agreement. */
  giveBack(program: Program): void
  /** Ends it as soon as it serves nothing. */
  spoil(program: Program): void
  /** Ends it; its folders go as soon as nothing reads them. */
  discard(program: Program): Promise<void>
  endAgreement(agreement: Bytes32): Promise<void>
  /** All of them, and those that are still starting: who computes without being asked stands still too. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Ends all of them. */
  clear(): Promise<void>
  /** Starts empty programs until enough wait, of what can be started without anybody else. @throws what kept one from starting */
  warmUp(): Promise<void>
  /** How many run empty, so that work begins at once. */
  waiting(): number
  /** Why no program starts, while that is so. */
  problem(): GolemError | null
  stop(): Promise<void>
}

type Components = {
  sandbox: Sandbox
  storage: Pick<Storage, 'has'>
  folders: Folders
  clock: Clock
  logger: Logger
  randomBytes: (length: number) => Uint8Array
  grants: Grants
  apps: readonly ProvidedApp[]
}
type Options = {
  /** Empty ones that wait, by application. */
  warm: () => number
  /** Bound at once, beside those. */
  maxPrograms: () => number
  priority: 'normal' | 'lowest'
}

export function createPrograms(components: Components, { warm, maxPrograms, priority }: Options): Programs {
  const { folders, storage, clock, logger, grants, apps } = components
  const programs = new Set<Program>()
  const stopping = new AbortController()
  let problem: GolemError | null = null
  let isFrozen = false

  const launch = (app: ProvidedApp): Program => {
    const limits = grants.limitsOf(app)
    const source = { ...sourceOf(app), limits, lent: { priority } }
    return keep(app, limits, launchProgram(components, source, { signal: stopping.signal }))
  }

  const keep = (app: ProvidedApp, limits: Limits, started: Promise<RunningProgram>): Program => {
    const program: Program = {
      app,
      limits,
      started,
      running: null,
      bound: null,
      busy: false,
      lastUsedMs: clock.now(),
      isSpoiled: false,
      readers: new Set(),
    }
    programs.add(program)
    started.then(
      (running) => {
        const { process } = running
        problem = null
        program.running = running
        if (isFrozen) void running.freeze()
        void process.exited.then(() => {
          // One that serves a subtask is ended by who gave it the subtask.
          if (!program.busy) void end(program)
        })
      },
      (error: unknown) => {
        programs.delete(program)
        if (stopping.signal.aborted) return
        problem = startFailed(app, error)
        logger.error({ app: app.title, error: String(error) }, 'a program did not start')
      },
    )
    return program
  }

  const end = async (program: Program): Promise<void> => {
    programs.delete(program)
    const running = await program.started.catch(() => null)
    if (running === null) return
    await running.kill()
    await Promise.allSettled(program.readers)
    await running.removeFolders()
  }

  /** Of those that run; what starts is looked at when it has. */
  const withRunning = async (act: (running: RunningProgram) => Promise<void>): Promise<void> => {
    await Promise.all([...programs].flatMap(({ running }) => (running === null ? [] : [act(running)])))
  }

  /** Those that serve nothing now, the one used longest ago first. */
  const idle = (test: (program: Program) => boolean): Program[] =>
    [...programs].filter((each) => !each.busy && test(each)).sort((a, b) => a.lastUsedMs - b.lastUsedMs)

  const bind = (program: Program, { agreement, inputs }: Wanted): Program =>
    Object.assign(program, { busy: true, bound: inputs && { agreement, inputs: inputs.cid } })

  /** Started under bounds that have changed since. */
  const isStale = (program: Program): boolean => encodeJson(program.limits) !== encodeJson(grants.limitsOf(program.app))

  /** A program that is the caller's from now on, and whether its inputs are to be laid. */
  const claim = (wanted: Wanted): { program: Program; isNew: boolean } => {
    for (const each of idle((one) => one.app === wanted.app && isStale(one))) void end(each)
    const { inputs } = wanted
    const empty = idle((each) => each.bound === null && each.app === wanted.app)[0]
    if (inputs === null) return { program: bind(empty ?? launch(wanted.app), wanted), isNew: false }
    const own = idle((each) => each.bound?.agreement === wanted.agreement)
    const fitting = own.find((each) => each.bound?.inputs === inputs.cid)
    if (fitting !== undefined) return { program: bind(fitting, wanted), isNew: false }
    // One with the inputs of an earlier part of the job does not learn new ones.
    if (own[0] !== undefined) void end(own[0])
    const bound = [...programs].filter((each) => each.bound !== null)
    const oldest = idle((each) => each.bound !== null)[0]
    if (bound.length >= maxPrograms() && oldest !== undefined) void end(oldest)
    return { program: bind(empty ?? launch(wanted.app), wanted), isNew: true }
  }

  /** An image that is not here yet comes with the first agreement. */
  const isHere = async ({ manifest }: ProvidedApp): Promise<boolean> => {
    const image = imageOf(manifest)
    return image === null || (await storage.has(image))
  }

  for (const app of apps) if (app.started) keep(app, app.manifest.limits, Promise.resolve(app.started))

  return {
    take: async (wanted, signal) => {
      signal.throwIfAborted()
      const { program, isNew } = claim(wanted)
      try {
        const running = await unlessAborted(program.started, signal)
        if (isNew && wanted.inputs !== null) await folders.linkTree(wanted.inputs.path, running.folders.in)
        return { program, running }
      } catch (error) {
        void end(program)
        throw error
      }
    },
    giveBack: (program) => {
      program.busy = false
      program.lastUsedMs = clock.now()
      if (program.isSpoiled) void end(program)
    },
    spoil: (program) => {
      program.isSpoiled = true
      if (!program.busy) void end(program)
    },
    discard: end,
    endAgreement: async (agreement) => {
      await Promise.all([...programs].filter((each) => each.bound?.agreement === agreement).map(end))
    },
    freeze: async () => {
      isFrozen = true
      await withRunning((running) => running.freeze())
    },
    thaw: async () => {
      if (!isFrozen) return
      isFrozen = false
      await withRunning((running) => running.thaw())
    },
    clear: async () => {
      await Promise.all([...programs].map(end))
    },
    warmUp: async () => {
      if (stopping.signal.aborted) return
      const startable = await Promise.all(apps.map(isHere))
      const missing = apps
        .filter((_, at) => startable[at])
        .flatMap((app) => {
          const waiting = [...programs].filter((each) => each.bound === null && each.app === app).length
          return Array.from({ length: Math.max(0, warm() - waiting) }, () => app)
        })
      await Promise.all(missing.map((app) => launch(app).started))
    },
    waiting: () => idle((each) => each.bound === null && each.running !== null).length,
    problem: () => problem,
    stop: async () => {
      stopping.abort(new GolemError({ code: 'PROVIDER_STOPPED', message: 'The provider stops.' }))
      await Promise.all([...programs].map(end))
    },
  }
}

/** Waits no longer than the signal allows; what it waited for goes on. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}

const startFailed = (app: ProvidedApp, error: unknown): GolemError =>
  error instanceof GolemError
    ? error
    : new GolemError({
        code: 'SANDBOX_START_FAILED',
        message: `${app.title} does not start: ${String(error)}.`,
        remedy: 'Run `golem doctor`.',
        cause: error,
      })
