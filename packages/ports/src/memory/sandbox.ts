import { type Attempt, type AttemptKind, GolemError } from '@golem/protocol'
import type { LimitHit, Mount, Sandbox, SandboxExit, SandboxProcess, SandboxSpec } from '../sandbox.ts'
import type { MemoryDisk } from './storage.ts'

/** What a program in memory has of the world. */
export type MemoryProgramIo = {
  readonly spec: SandboxSpec
  /** Requests, as they come. Ends with the sandbox. */
  readonly requests: AsyncIterable<string>
  /** An answer, without its line end. */
  answer(line: string): void
  print(text: string): void
  /** Aborted when the program is killed. It must then return: nothing else can stop it. */
  readonly signal: AbortSignal
  /** Ends the program as if a limit had. */
  strike(limit: LimitHit): void
  /** As if it had tried this: nothing else is seen of a program that is observed. */
  attempt(kind: AttemptKind, what: string, isAllowed?: boolean): void
  /** The disk's path of a path in the sandbox. @throws {RangeError} for what is not mounted */
  hostPath(path: string): string
}

/** Returns its exit code, 0 where it returns none. What it throws is printed, and its code is 1. */
export type MemoryProgram = (io: MemoryProgramIo) => Promise<number | undefined> | Promise<void>

/**
 * A sandbox that confines nothing: it runs our own functions, by `argv[0]`, behind the same port. `logBytes` is the only
 * limit it keeps by itself. Folders are those of `disk`.
 *
 * @example
 * const sandbox = memorySandbox({
 *   echo: async ({ requests, answer }) => {
 *     for await (const line of requests) answer(line)
 *   },
 * })
 */
export function memorySandbox(
  programs: Readonly<Record<string, MemoryProgram>>,
  { disk = new Map() }: { disk?: MemoryDisk } = {},
): Sandbox {
  const running = new Set<SandboxProcess>()
  let isStopped = false
  return {
    doctor: async () => [{ name: 'memory', ok: true, detail: 'Confines nothing; for tests.' }],
    decline: () => null,
    start: async (spec, { signal, isObserved = false } = {}) => {
      signal?.throwIfAborted()
      const program = programs[spec.argv[0] ?? '']
      if (isStopped || program === undefined) {
        throw new GolemError({ code: 'SANDBOX_START_FAILED', message: `There is no program ${spec.argv[0]}.` })
      }
      const process = run(program, spec, isObserved)
      running.add(process)
      void process.exited.then(() => running.delete(process))
      return process
    },
    collect: async (source, target, limits) => collect(disk, source, target, limits),
    cpuMs: async () => 0,
    stop: async () => {
      isStopped = true
      await Promise.all([...running].map((process) => process.kill()))
    },
  }
}

function run(program: MemoryProgram, spec: SandboxSpec, isObserved: boolean): SandboxProcess {
  const startedAt = performance.now()
  const requests = lineQueue()
  const answers = lineQueue()
  const killed = new AbortController()
  let limit: SandboxExit['limit'] = null
  let log = ''
  const attempts: Attempt[] = []
  let bytesIn = 0
  let bytesOut = 0
  let isEnded = false
  /** What it would have answered while it is frozen; null while it is not. */
  let held: string[] | null = null
  const strike: MemoryProgramIo['strike'] = (hit) => {
    limit ??= hit
    killed.abort()
    requests.end()
  }
  const print = (text: string): void => {
    log += text
    const used = new TextEncoder().encode(log).length
    if (used > spec.limits.logBytes) strike({ name: 'logBytes', allowed: spec.limits.logBytes, used })
  }
  const usage = () => ({ wallMs: performance.now() - startedAt, cpuMs: 0, peakMemoryBytes: 0, bytesIn, bytesOut })
  const io: MemoryProgramIo = {
    spec,
    requests: requests.lines,
    answer: (line) => {
      if (killed.signal.aborted) return
      if (held !== null) {
        held.push(line)
        return
      }
      bytesOut += line.length
      answers.push(line)
    },
    print,
    signal: killed.signal,
    strike,
    attempt: (kind, what, isAllowed = false) => {
      attempts.push({ kind, what, times: 1, allowed: isAllowed ? 1 : 0 })
    },
    hostPath: (path) => hostPath(spec.mounts, path),
  }
  const exited = (async (): Promise<SandboxExit> => {
    // After the caller has its process: a program that ends at once is no special case.
    await Promise.resolve()
    const code = await program(io).then(
      (value) => value ?? 0,
      (error: unknown) => {
        print(String(error))
        return 1
      },
    )
    isEnded = true
    requests.end()
    answers.end()
    const processes = { started: 1, atMost: 1, refused: 0 }
    return {
      ...{ code: killed.signal.aborted ? null : code, limit, usage: usage(), logTail: log.slice(-16 * 1024) },
      ...(isObserved ? { observation: { attempts, untold: 0, processes } } : {}),
    }
  })()
  return {
    send: async (line) => {
      if (isEnded || killed.signal.aborted) {
        throw new GolemError({ code: 'SANDBOX_ENDED', message: 'The program has ended and takes no more requests.' })
      }
      bytesIn += line.length
      requests.push(line)
    },
    lines: answers.lines,
    usage: async () => usage(),
    exited,
    freeze: async () => {
      held ??= []
    },
    thaw: async () => {
      const late = held ?? []
      held = null
      for (const line of late) io.answer(line)
    },
    kill: async () => {
      killed.abort()
      requests.end()
      await exited
    },
  }
}

/** An unbounded queue with one reader: what it holds is a test's own. */
function lineQueue(): { push(line: string): void; end(): void; lines: AsyncIterable<string> } {
  const waiting: string[] = []
  let isEnded = false
  let wake = (): void => undefined
  return {
    push: (line) => {
      waiting.push(line)
      wake()
    },
    end: () => {
      isEnded = true
      wake()
    },
    lines: (async function* () {
      for (;;) {
        const line = waiting.shift()
        if (line !== undefined) yield line
        else if (isEnded) return
        else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    })(),
  }
}

function hostPath(mounts: readonly Mount[], path: string): string {
  const mount = mounts.find(({ target }) => path === target || path.startsWith(`${target}/`))
  if (mount === undefined) throw new RangeError(`${path} is on no mount`)
  return mount.source + path.slice(mount.target.length)
}

function collect(disk: MemoryDisk, source: string, target: string, limits: Parameters<Sandbox['collect']>[2]): void {
  const refuse = (why: string): never => {
    throw new GolemError({ code: 'OUTPUT_REFUSED', message: `${why}; nothing of it was taken.`, peerPolicy: 'reject' })
  }
  if (disk.get(source) !== null) refuse('The output folder is missing')
  const entries = [...disk].filter(([path]) => path.startsWith(`${source}/`))
  const files = entries.filter(([, bytes]) => bytes !== null)
  if (files.length > limits.outputFiles) refuse('There are too many output files')
  if (files.reduce((sum, [, bytes]) => sum + (bytes?.length ?? 0), 0) > limits.outputBytes) {
    refuse('The outputs are too large')
  }
  if (files.some(([, bytes]) => (bytes?.length ?? 0) > limits.fileBytes)) refuse('An output is too large')
  disk.set(target, null)
  for (const [path, bytes] of entries) {
    disk.set(target + path.slice(source.length), bytes)
    disk.delete(path)
  }
}
