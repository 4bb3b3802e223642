import { type ChildProcess, spawn } from 'node:child_process'
import { access, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Duplex, Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LimitHit, SandboxExit, SandboxProcess, SandboxSpec } from '@golem/ports'
import { GolemError, type Limits, type Usage } from '@golem/protocol'
import { LINE_LIMIT_BYTES, readLines } from '../line-reader.ts'
import { bundleConfig } from './bundle-config.ts'
import { checkSpec } from './check-spec.ts'
import { type ControlGroup, createControlGroup, RUNTIME_GROUP } from './control-groups.ts'
import type { Runtime } from './find-runtime.ts'
import { signalFreezer } from './freezer.ts'
import { identityFor } from './identity.ts'
import { launchCommand } from './launch-command.ts'
import { logTail } from './log-tail.ts'
import { lowerSessions } from './lower-sessions.ts'
import type { RootFilesystem } from './root-filesystem.ts'
import { newRunId } from './run-id.ts'
import { transferMeter } from './transfer-meter.ts'
import { findOverrun } from './watch-writable.ts'
import { watchedGroup } from './watched-group.ts'

export type StartRunComponents = { runtime: Runtime; filesystem: RootFilesystem; runsPath: string }

/** A run with what the sandbox needs to end it. */
export type Run = SandboxProcess & { readonly id: string }

/** How often the writable folders are looked at. */
const WATCH_MS = 1_000

/** How often memory is looked at where the kernel does not bound it. */
const MEMORY_WATCH_MS = 250

/** How often sessions are looked at where the kernel does not lower them with a group. */
const SESSION_WATCH_MS = 120

/** What the runtime itself needs for a moment, on top of what the program may have: Go starts several threads. */
const RUNTIME_PIDS = { crun: 2, runc: 0 }
const LEAST_PIDS = { crun: 1, runc: 16 }

/** Exit codes of 128 and a signal's number. */
const BY_SIGXFSZ = 128 + 25

/**
 * Starts one program in a bundle of its own.
 *
 * @throws {GolemError} `SANDBOX_START_FAILED`, or the signal's reason
 */
export async function startRun(
  { runtime, filesystem, runsPath }: StartRunComponents,
  spec: SandboxSpec,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Run> {
  signal?.throwIfAborted()
  const identity = identityFor(runtime.user, Math.random())
  await checkSpec(spec, identity)
  const { priority = 'normal' } = spec
  const id = newRunId(spec.name)
  const runPath = join(runsPath, id)
  const paths = {
    state: join(runPath, 'state'),
    pid: join(runPath, 'pid'),
    log: join(runPath, 'log'),
  }
  let group: ControlGroup | null = null
  const discard = async (): Promise<void> => {
    await group?.remove()
    await rm(runPath, { recursive: true, force: true })
  }
  try {
    await mkdir(runPath, { mode: 0o700 })
    const rootSource = await filesystem.rootFor(spec.mounts)
    const writable = spec.mounts.filter((mount) => mount.writable).map(({ source }) => source)
    const { owner } = identity
    if (owner !== null) for (const source of writable) await chown(source, owner, owner)
    if (runtime.hierarchy !== null) {
      group = await createControlGroup(runtime.hierarchy, id, groupLimits(runtime, spec))
    }
    const rootPath = freeFolder(spec.mounts.map(({ source }) => source).concat(runsPath))
    const config = bundleConfig({
      spec,
      identity,
      rootPath,
      system: filesystem.system,
      cgroupsPath: runtime.name === 'runc' && group !== null ? `/${id}/${RUNTIME_GROUP}` : null,
      architecture: process.arch,
    })
    await writeFile(join(runPath, 'config.json'), JSON.stringify(config), { mode: 0o600 })
    const { command, args } = launchCommand({
      runtime,
      id,
      bundlePath: runPath,
      rootSource,
      rootPath,
      hiddenTree: runtime.hiddenTree,
      groupEntries: entriesOf(runtime, group),
      isGrouped: group !== null,
      priority,
      statePath: paths.state,
      pidFile: paths.pid,
      logFile: paths.log,
    })
    const child = spawn(command, args, {
      // In a session of its own: Ctrl-C on a terminal is for the daemon, which then ends its sandboxes.
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    })
    const isLowest = priority === 'lowest'
    const run = watchRun({ id, child, group, isLowest, limits: spec.limits, writable, discard, logFile: paths.log })
    await run.started(paths.pid, signal)
    // Not before: the runtime itself needs little, and on a busy machine it would wait for that for minutes.
    if (isLowest) await group?.setPriority('lowest')
    return run.process
  } catch (error) {
    await discard()
    if (error instanceof GolemError || signal?.aborted) throw error
    throw new GolemError({
      code: 'SANDBOX_START_FAILED',
      message: `The sandbox ${spec.name} could not be made: ${error instanceof Error ? error.message : String(error)}.`,
      cause: error,
    })
  }
}

type WatchedRun = {
  id: string
  child: ChildProcess
  group: ControlGroup | null
  isLowest: boolean
  limits: Limits
  writable: readonly string[]
  discard: () => Promise<void>
  logFile: string
}

function watchRun({ id, child, group, isLowest, limits, writable, discard, logFile }: WatchedRun): {
  process: Run
  started: (pidFile: string, signal?: AbortSignal) => Promise<void>
} {
  const startedAt = performance.now()
  const counted = group ?? watchedGroup(() => child.pid)
  const transfer = transferMeter(() => child.pid)
  const freezer = counted.freezer ?? signalFreezer(() => child.pid)
  const [stdin, stdout, stderr, answers] = child.stdio as unknown as [Writable, Readable, Readable, Duplex]
  let limit: LimitHit | null = null
  let isEnded = false
  let isKilling = false

  const killAll = (): void => {
    if (isKilling || child.pid === undefined) return
    isKilling = true
    // So that it is gone soon, however busy the machine is.
    void group?.setPriority('normal')
    void killTree(child.pid, () => isEnded).then(freezer.thaw)
  }
  const strike = (hit: LimitHit): void => {
    limit ??= hit
    killAll()
  }
  const log = logTail([stdout, stderr], limits.logBytes, () =>
    strike({ name: 'logBytes', allowed: limits.logBytes, used: log.bytes }),
  )
  // Writing to a program that went is answered by the write's own callback.
  stdin.on('error', () => undefined)
  answers.on('error', () => undefined)

  const watchers = [
    repeat(WATCH_MS, async () => {
      await transfer.read()
      const overrun = writable.length === 0 ? null : await findOverrun(writable, limits)
      if (overrun !== null) strike(overrun)
    }),
  ]
  if (group === null) {
    watchers.push(
      repeat(MEMORY_WATCH_MS, async () => {
        const { memoryBytes: used } = await counted.usage()
        if (used > limits.memoryBytes) strike({ name: 'memoryBytes', allowed: limits.memoryBytes, used })
      }),
    )
    if (isLowest) watchers.push(repeat(SESSION_WATCH_MS, () => lowerSessions(child.pid ?? 0)))
  }

  const readUsage = async (): Promise<Usage> => {
    const [{ cpuMs, peakMemoryBytes }, moved] = await Promise.all([counted.usage(), transfer.read()])
    return { wallMs: performance.now() - startedAt, cpuMs, peakMemoryBytes, ...moved }
  }

  const ended = (async (): Promise<{ exit: SandboxExit; startFailure: string | null }> => {
    const spawnFailure = await new Promise<string | null>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', () => resolve(null))
    })
    isEnded = true
    for (const stop of watchers) stop()
    if (spawnFailure === null) await log.ended
    const usage = await readUsage()
    // `unshare` has a code of its own for what was killed inside.
    const code = isKilling ? null : child.exitCode
    limit ??= await limitOf(code, counted, limits, usage)
    const startFailure = spawnFailure ?? (await runtimeError(logFile))
    stdin.destroy()
    // What hangs in the kernel cannot be removed; the sweep of the next start tries again.
    await discard().catch(() => undefined)
    return { exit: { code, limit, usage, logTail: log.text() }, startFailure }
  })()
  const exited = ended.then(({ exit }) => exit)

  return {
    process: {
      id,
      send: (line) => send(stdin, line, () => isEnded),
      lines: readLines(answers, killAll),
      usage: async () => (isEnded ? (await exited).usage : readUsage()),
      exited,
      freeze: async () => {
        if (!isEnded) await freezer.freeze()
      },
      thaw: async () => {
        if (!isEnded) await freezer.thaw()
      },
      kill: async () => {
        killAll()
        await exited
      },
    },
    started: async (pidFile, signal) => {
      while (!isEnded) {
        if (signal?.aborted) {
          killAll()
          await exited
          throw signal.reason
        }
        if (await exists(pidFile)) return
        await sleep(1)
      }
      const { exit, startFailure } = await ended
      if (startFailure === null) return
      throw new GolemError({
        code: 'SANDBOX_START_FAILED',
        message: `The program did not start: ${startFailure}`,
        remedy: 'Check that the program is installed on this machine; golem doctor checks the sandbox itself.',
        data: { logTail: exit.logTail },
      })
    },
  }
}

async function send(stdin: Writable, line: string, isEnded: () => boolean): Promise<void> {
  if (line.includes('\n')) throw new TypeError('A line holds a line end.')
  if (Buffer.byteLength(line) > LINE_LIMIT_BYTES) throw new RangeError(`A line exceeds ${LINE_LIMIT_BYTES} bytes.`)
  const error = isEnded()
    ? new Error('it ended before')
    : await new Promise<Error | null | undefined>((resolve) => {
        // A destroyed stream may forget the callbacks of writes that wait.
        const onClose = (): void => resolve(new Error('it ended meanwhile'))
        stdin.once('close', onClose)
        stdin.write(`${line}\n`, (failure) => {
          stdin.off('close', onClose)
          resolve(failure)
        })
      })
  if (!error) return
  throw new GolemError({
    code: 'SANDBOX_ENDED',
    message: 'The sandboxed program has ended and takes no more requests.',
    cause: error,
  })
}

/**
 * Kills the first process inside (the child of `unshare`, whose end ends them all) and never `unshare` itself, which
 * waits for it: when `unshare` is gone, everything is. Before it has forked there is nothing to kill yet.
 */
async function killTree(pid: number, isEnded: () => boolean): Promise<void> {
  while (!isEnded()) {
    const inside = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
    const first = Number(inside.trim().split(' ')[0])
    if (first > 1) {
      try {
        process.kill(first, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
      return
    }
    await sleep(1)
  }
}

async function limitOf(
  exitCode: number | null,
  group: ControlGroup,
  limits: Limits,
  usage: Usage,
): Promise<LimitHit | null> {
  if (exitCode === 0) return null
  const strikes = await group.strikes()
  if (strikes.outOfMemory > 0) {
    return { name: 'memoryBytes', allowed: limits.memoryBytes, used: usage.peakMemoryBytes }
  }
  if (exitCode === BY_SIGXFSZ) return { name: 'fileBytes', allowed: limits.fileBytes, used: limits.fileBytes }
  if (strikes.pidsRefused > 0) {
    return { name: 'pids', allowed: limits.pids, used: limits.pids }
  }
  return null
}

/** What the runtime wrote when it could not start the program. */
async function runtimeError(logFile: string): Promise<string | null> {
  for (const line of (await readFile(logFile, 'utf8').catch(() => '')).split('\n')) {
    try {
      const entry = JSON.parse(line) as { level?: unknown; msg?: unknown }
      if (entry.level === 'error' && typeof entry.msg === 'string') return entry.msg
    } catch {
      // Not a line of the log's format.
    }
  }
  return null
}

/** crun joins our groups; runc makes its own below them, but for the tree by which they are frozen. */
function entriesOf({ name }: Runtime, group: ControlGroup | null): readonly string[] {
  if (group === null) return []
  return name === 'crun' ? group.entries : group.freezerEntry === null ? [] : [group.freezerEntry]
}

function groupLimits({ name }: Runtime, { limits }: SandboxSpec): Pick<Limits, 'memoryBytes' | 'pids' | 'cores'> {
  return { ...limits, pids: Math.max(LEAST_PIDS[name], limits.pids + RUNTIME_PIDS[name]) }
}

/** A folder of the host that everyone may enter, to put the root file system on, and that hides nothing we mount. */
function freeFolder(sources: readonly string[]): string {
  const candidates = ['/media', '/mnt', '/srv', '/opt', '/home']
  const isFree = (folder: string): boolean => !sources.some((source) => source.startsWith(`${folder}/`))
  return candidates.find(isFree) ?? '/media'
}

/** Calls `look` every `ms`, never twice at once, until the returned function is called. */
function repeat(ms: number, look: () => Promise<void>): () => void {
  let isLooking = false
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    void look().finally(() => {
      isLooking = false
    })
  }, ms)
  return () => clearInterval(timer)
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
