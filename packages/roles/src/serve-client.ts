import type { LimitHit, LimitName, SandboxExit, SandboxProcess } from '@golem/ports'
import { canonicalJson, GolemError } from '@golem/protocol'
import { z } from 'zod'
import { type PausableTimer, pausableTimer } from './pausable-timer.ts'

/** More calls at once than a program could answer in order say that the caller lost count. */
const PENDING_LIMIT = 1_000

/** Loading a renderer takes seconds, on a cold disk of a slow machine a minute. */
const READY_TIMEOUT_MS = 120_000

const MESSAGE_CHARACTERS = 2_000
const NOTE_CHARACTERS = 200

/** Codes that we answer with ourselves; a program that uses one means something else. */
const RESERVED = /^(SANDBOX|SUBTASK|PROGRAM)_/

export type Progress = { fraction: number; note: string }

export type CallOptions = {
  signal?: AbortSignal
  /** To its answer, from the call or from the answer to the timed call before it; the program's start included. */
  timeoutMs?: number
  onProgress?: (progress: Progress) => void
}

/** `files`: paths that it left in its output folder, or null where it does not say. */
export type ProgramAnswer = { result: unknown; files: string[] | null }

/** A program in a sandbox that serves requests: one JSON object a line, each answered on descriptor 3. */
export type ServeClient = {
  /** What the program said in its first line. @throws {GolemError} `SANDBOX_ENDED`, `PROGRAM_MISBEHAVED` */
  readonly ready: Promise<unknown>
  /**
   * Asks the program. A call that is aborted or takes too long ends the program, which has no other way to stop.
   *
   * @throws {GolemError} what the program answered (its own code and `data`), `SUBTASK_TIMEOUT`,
   *   `SANDBOX_ENDED` (with `data.limit` and `data.logTail`), `PROGRAM_MISBEHAVED`; or the signal's reason
   */
  call(method: string, params: unknown, options?: CallOptions): Promise<unknown>
  /** The same, and what it left in the output folder. */
  ask(method: string, params: unknown, options?: CallOptions): Promise<ProgramAnswer>
  /** While its program is frozen nothing is late. Idempotent. */
  pause(): void
  resume(): void
  /** Ends the program with all it was asked. Idempotent. */
  close(): Promise<void>
}

const line = z.union([
  z.object({ ready: z.unknown() }).refine((value) => 'ready' in value && value.ready !== undefined),
  z.object({ id: z.number(), progress: z.object({ fraction: z.number(), note: z.string() }) }),
  z.object({
    id: z.number(),
    error: z.object({
      code: z.string(),
      message: z.string(),
      remedy: z.string().optional(),
      data: z.unknown().optional(),
    }),
  }),
  z
    .object({ id: z.number(), result: z.unknown(), files: z.array(z.string()).optional() })
    .refine((value) => value.result !== undefined),
  // An error that belongs to no request: the program could not read one of ours.
  z.object({ id: z.null(), error: z.object({ code: z.string(), message: z.string() }) }),
])

const object = z.record(z.string(), z.unknown())

type Message = z.infer<typeof line>

type Pending = {
  resolve: (answer: ProgramAnswer) => void
  reject: (error: unknown) => void
  onProgress?: CallOptions['onProgress']
  timer: PausableTimer | null
}

/**
 * The client of a program that speaks `{"ready":{…}}` first, takes `{"id","method","params"}` and answers
 * `{"id","result"}` or `{"id","error":{"code","message","data"}}`, after any number of
 * `{"id","progress":{"fraction","note"}}`. Beside a result, `"files":[…]` names what was left in the output
 * folder. It is the one reader of `process.lines`.
 *
 * @example
 * const client = serveClient(await sandbox.start(spec))
 * const result = await client.call('render', { frame: 7 }, { timeoutMs: 60_000, signal })
 * await client.close()
 */
export function serveClient(
  process: SandboxProcess,
  { readyTimeoutMs = READY_TIMEOUT_MS }: { readyTimeoutMs?: number } = {},
): ServeClient {
  const pending = new Map<number, Pending>()
  const ready = Promise.withResolvers<unknown>()
  let isReady = false
  let nextId = 1
  let isAbandoned = false
  let isPaused = false
  /** Why nothing more is to be expected; set once. */
  let over: GolemError | null = null

  const end = (): void => {
    process.kill().catch(() => undefined)
  }
  const finish = (error: GolemError): void => {
    over ??= error
    ready.reject(over)
    for (const call of pending.values()) call.reject(over)
    pending.clear()
  }
  const misbehaved = (what: string): void => {
    finish(
      new GolemError({ code: 'PROGRAM_MISBEHAVED', message: `The program does not keep to the protocol: ${what}.` }),
    )
    end()
  }

  const take = (text: string): void => {
    const message = parse(text)
    if (message === null) {
      misbehaved(`it wrote ${JSON.stringify(text.slice(0, 80))}`)
      return
    }
    if ('ready' in message) {
      if (isReady) misbehaved('it said twice that it is ready')
      isReady = true
      ready.resolve(message.ready)
    } else if (!isReady) misbehaved('it answered before it was ready')
    else if (message.id === null) misbehaved(message.error.message.slice(0, MESSAGE_CHARACTERS))
    else answer(message.id, message)
  }
  /** A program answers one call after another: the time of each begins when those before it are answered. */
  const timeFirst = (): void => {
    if (isPaused) return
    for (const { timer } of pending.values()) {
      timer?.resume()
      if (timer !== null) break
    }
  }
  const answer = (id: number, message: Exclude<Message, { ready: unknown }>): void => {
    const call = pending.get(id)
    if (call === undefined) {
      // What was given up may still be answered before the program is gone.
      if (!isAbandoned) misbehaved('it answered what was not asked')
      return
    }
    if ('progress' in message) {
      const { fraction, note } = message.progress
      call.onProgress?.({ fraction: Math.min(1, Math.max(0, fraction)), note: note.slice(0, NOTE_CHARACTERS) })
      return
    }
    pending.delete(id)
    timeFirst()
    if ('error' in message) call.reject(answeredError(message.error))
    else call.resolve({ result: message.result, files: message.files ?? null })
  }

  const read = async (): Promise<void> => {
    for await (const text of process.lines) {
      if (over !== null) break
      take(text)
    }
    // Without its answers a program is of no use.
    await process.kill()
  }
  // The last answers may still be read when the process has ended: first they, then its end.
  read()
    .then(() => process.exited)
    .then(
      (exit) => finish(endedError(exit)),
      (error: unknown) =>
        finish(new GolemError({ code: 'SANDBOX_ENDED', message: 'The sandbox failed.', cause: error })),
    )
  const slowStart = pausableTimer(readyTimeoutMs, () =>
    misbehaved(`it was not ready within ${readyTimeoutMs / 1_000} s`),
  )
  ready.promise.then(slowStart.clear, slowStart.clear)
  const timers = () => [slowStart, ...[...pending.values()].map(({ timer }) => timer)]

  const ask: ServeClient['ask'] = async (method, params, { signal, timeoutMs, onProgress } = {}) => {
    signal?.throwIfAborted()
    if (over !== null) throw over
    if (pending.size >= PENDING_LIMIT) throw new RangeError(`More than ${PENDING_LIMIT} calls at once.`)
    const id = nextId++
    const { promise, resolve, reject } = Promise.withResolvers<ProgramAnswer>()
    const giveUp = (reason: unknown): void => {
      isAbandoned = true
      reject(reason)
      pending.delete(id)
      end()
    }
    const onAbort = (): void => giveUp(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const timer =
      timeoutMs === undefined ? null : pausableTimer(timeoutMs, () => giveUp(timeoutError(method, timeoutMs)))
    timer?.pause()
    pending.set(id, { resolve, reject, onProgress, timer })
    timeFirst()
    // A program that has ended takes no requests; why it ended is known a moment later, and more telling.
    // A module sees the order of its request's keys, and records keep none.
    ready.promise.then(() => process.send(canonicalJson({ id, method, params }))).catch(() => undefined)
    try {
      return await promise
    } finally {
      timer?.clear()
      signal?.removeEventListener('abort', onAbort)
    }
  }

  return {
    ready: ready.promise,
    ask,
    call: async (method, params, options) => (await ask(method, params, options)).result,
    pause: () => {
      isPaused = true
      for (const timer of timers()) timer?.pause()
    },
    resume: () => {
      isPaused = false
      slowStart.resume()
      timeFirst()
    },
    close: () => process.kill(),
  }
}

function parse(text: string): Message | null {
  try {
    return line.parse(JSON.parse(text))
  } catch {
    return null
  }
}

function answeredError(error: {
  code: string
  message: string
  remedy?: string | undefined
  data?: unknown
}): GolemError {
  const isOwn = /^[A-Z][A-Z0-9_]{0,59}$/.test(error.code) && !RESERVED.test(error.code)
  return new GolemError({
    code: isOwn ? error.code : 'PROGRAM_FAILED',
    message: error.message.slice(0, MESSAGE_CHARACTERS),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy.slice(0, MESSAGE_CHARACTERS) }),
    data: object.safeParse(error.data).data ?? {},
  })
}

const timeoutError = (method: string, timeoutMs: number): GolemError =>
  new GolemError({
    code: 'SUBTASK_TIMEOUT',
    message: `The program did not answer ${method} within ${timeoutMs / 1_000} s and was ended.`,
    data: { method, timeoutMs },
  })

function endedError({ code, limit, logTail }: SandboxExit): GolemError {
  const how = code === null ? 'it was killed' : `exit code ${code}`
  return new GolemError({
    code: 'SANDBOX_ENDED',
    message: limit === null ? `The program ended before it answered (${how}).` : limitSentence(limit),
    ...(limit === null ? {} : { remedy: 'Give it less to do at once, or a higher limit.' }),
    data: { exitCode: code, limit, logTail },
  })
}

const limitSentence = ({ name, allowed, used }: LimitHit): string =>
  `The program was ended at a limit: ${name}, ${amount(name, allowed)} allowed, ${amount(name, used)} used.`

/** An amount as a person says it. */
function amount(name: LimitName, value: number): string {
  if (name.endsWith('Ms')) return `${value / 1_000} s`
  if (!name.endsWith('Bytes')) return `${value}`
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10))
  return `${Math.round((value / 1024 ** power) * 10) / 10} ${units[power]}`
}
