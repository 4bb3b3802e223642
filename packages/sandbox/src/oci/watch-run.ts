import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { Duplex, Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LimitHit, SandboxExit, SandboxProcess } from '@golem/ports'
import { GolemError, type Limits, type Observation, type Usage } from '@golem/protocol'
import { readLines } from '../line-reader.ts'
import type { ControlGroup } from './control-groups.ts'
import { signalFreezer } from './freezer.ts'
import { killTree } from './kill-tree.ts'
import { logTail } from './log-tail.ts'
import { lowerSessions } from './lower-sessions.ts'
import { measureDisk } from './measure-disk.ts'
import { programProcesses } from './program-processes.ts'
import { sendLine } from './send-line.ts'
import type { SharedAccount } from './shared-account.ts'
import { watchedGroup } from './watched-group.ts'

/** How often the disk is looked at, and how often where it fills fast: 100 ms is some 100 MB of a fast disk. */
const DISK_WATCH_MS = 1_000
const HASTY_DISK_WATCH_MS = 100

/** How often memory is looked at where the kernel does not bound it: of one without a group, and of all together. */
const MEMORY_WATCH_MS = 250

/** How often sessions are looked at where the kernel does not lower them with a group. */
const SESSION_WATCH_MS = 120

/** Exit codes of 128 and a signal's number. */
const BY_SIGXFSZ = 128 + 25

export type WatchedRun = {
  id: string
  child: ChildProcess
  group: ControlGroup | null
  isLowest: boolean
  limits: Limits
  /** Host folders that the program writes to. */
  writable: readonly string[]
  disk: SharedAccount
  /** Where it counts towards what is lent; null where it does not. */
  memory: SharedAccount | null
  /** What went to hosts outside and came from them. */
  carried: () => { inBytes: number; outBytes: number }
  /** Where answers come: descriptor 3, or stdout with a first empty line that says that the program is there. */
  answersOn: 'descriptor' | 'stdout'
  pidFile: string
  logFile: string
  /** What it tried, when all of that was told; null where it is not observed. */
  observed: Promise<Observation> | null
  discard: () => Promise<void>
}

/** A run with what the sandbox needs to end it, and to count it often. */
export type Run = SandboxProcess & { readonly id: string; cpuMs(): Promise<number> }

/** Follows a launched program to its end: its streams, its limits, and how it ended. */
export function watchRun(options: WatchedRun): { run: Run; started: (signal?: AbortSignal) => Promise<void> } {
  const { id, child, group, isLowest, limits, writable, disk, memory, carried, answersOn, pidFile, logFile } = options
  const { observed, discard } = options
  const startedAt = performance.now()
  const counted = group ?? watchedGroup(() => child.pid)
  const freezer = counted.freezer ?? signalFreezer(() => child.pid)
  const processes = programProcesses(() => child.pid, observed !== null)
  const [stdin, stdout, stderr, descriptor] = child.stdio as unknown as [Writable, Readable, Readable, Duplex]
  const answers = answersOn === 'stdout' ? stdout : descriptor
  let limit: LimitHit | null = null
  let isEnded = false
  let isKilling = false

  const killAll = (): void => {
    if (isKilling || child.pid === undefined) return
    isKilling = true
    // So that it is gone soon, however busy the machine is.
    group?.setPriority('normal')
    void killTree(child.pid, () => isEnded).then(freezer.thaw)
  }
  const strike = (hit: LimitHit): void => {
    limit ??= hit
    killAll()
  }
  const log = logTail(answersOn === 'stdout' ? [stderr] : [stdout, stderr], limits.logBytes, () =>
    strike({ name: 'logBytes', allowed: limits.logBytes, used: log.bytes }),
  )
  // Writing to a program that went is answered by the write's own callback.
  stdin.on('error', () => undefined)
  answers.on('error', () => undefined)

  let seenCpuMs: number | null = null
  /** Whether it had a processor since it was asked: who had none has written and sent nothing. Most wait for work, for hours. */
  const hasRun = async (): Promise<boolean> => {
    if (group === null) return true
    const { cpuMs } = await group.usage()
    const before = seenCpuMs
    seenCpuMs = cpuMs
    return cpuMs !== before
  }
  let heldBytes = 0
  const lookAtDisk = async (): Promise<number> => {
    if (!(await hasRun())) return DISK_WATCH_MS
    processes.transfer()
    if (writable.length === 0) return DISK_WATCH_MS
    const { bytes, overrun } = await measureDisk(writable, processes.list(), limits)
    const all = disk.hold(id, bytes)
    if (overrun !== null) strike(overrun)
    else if (all !== null) strike({ name: 'allDiskBytes', ...all })
    const isFilling = bytes - heldBytes > (limits.diskBytes - bytes) / 8
    heldBytes = bytes
    return isFilling ? HASTY_DISK_WATCH_MS : DISK_WATCH_MS
  }
  const lookAtMemory = async (): Promise<number> => {
    const used = await counted.heldBytes()
    const all = memory?.hold(id, used) ?? null
    if (group === null && used > limits.memoryBytes) strike({ name: 'memoryBytes', allowed: limits.memoryBytes, used })
    else if (all !== null) strike({ name: 'allMemoryBytes', ...all })
    return MEMORY_WATCH_MS
  }
  const lookAtSessions = async (): Promise<number> => {
    await lowerSessions(child.pid ?? 0)
    return SESSION_WATCH_MS
  }
  const watchers = [repeat(DISK_WATCH_MS, lookAtDisk)]
  if (group === null || memory !== null) watchers.push(repeat(MEMORY_WATCH_MS, lookAtMemory))
  if (group === null && isLowest) watchers.push(repeat(SESSION_WATCH_MS, lookAtSessions))

  const readUsage = async (): Promise<Usage> => {
    const { cpuMs, peakMemoryBytes } = await counted.usage()
    const { bytesIn, bytesOut } = processes.transfer()
    const { inBytes, outBytes } = carried()
    return {
      wallMs: performance.now() - startedAt,
      cpuMs,
      peakMemoryBytes,
      // At least what went through our own hands: what gVisor passes on is not counted as the program's.
      bytesIn: Math.max(bytesIn, sentBytes + inBytes),
      bytesOut: Math.max(bytesOut, answeredBytes + log.bytes + outBytes),
    }
  }

  const ended = (async (): Promise<{ exit: SandboxExit; startFailure: string | null }> => {
    const spawnFailure = await new Promise<string | null>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', () => resolve(null))
    })
    isEnded = true
    for (const stop of watchers) stop()
    if (spawnFailure === null) await log.ended
    const observation = spawnFailure === null ? await observed : null
    const usage = await readUsage()
    // `unshare` has a code of its own for what was killed inside.
    const code = isKilling ? null : child.exitCode
    limit ??= await limitOf(code, counted, limits, usage)
    const startFailure = spawnFailure ?? runtimeError(logFile)
    stdin.destroy()
    disk.release(id)
    memory?.release(id)
    // What hangs in the kernel cannot be removed; the sweep of the next start tries again.
    await discard().catch(() => undefined)
    const exit = { code, limit, usage, logTail: log.text(), ...(observation === null ? {} : { observation }) }
    return { exit, startFailure }
  })()
  const exited = ended.then(({ exit }) => exit)

  let sentBytes = 0
  let answeredBytes = 0
  const countAnswer = (bytes: number): void => {
    answeredBytes += bytes
  }
  const lines = readLines(answers, { onBytes: countAnswer, onTooLong: killAll })
  /** Until the program runs, or everything has ended. */
  const untilStarted = async (signal: AbortSignal | undefined): Promise<boolean> => {
    const giveUp = (): void => killAll()
    signal?.addEventListener('abort', giveUp, { once: true })
    if (signal?.aborted) giveUp()
    try {
      if (answersOn === 'stdout') return (await lines.next()).done !== true && !signal?.aborted
      while (!isEnded && !signal?.aborted) {
        if (existsSync(pidFile)) return true
        await sleep(1)
      }
      return false
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  return {
    run: {
      id,
      send: async (line) => {
        await sendLine(stdin, line, () => isEnded)
        sentBytes += Buffer.byteLength(line) + 1
      },
      lines,
      usage: async () => (isEnded ? (await exited).usage : readUsage()),
      cpuMs: async () => (isEnded ? (await exited).usage.cpuMs : (await counted.usage()).cpuMs),
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
    started: async (signal) => {
      if (await untilStarted(signal)) return
      const { exit, startFailure } = await ended
      signal?.throwIfAborted()
      if (startFailure === null && answersOn === 'descriptor') return
      throw new GolemError({
        code: 'SANDBOX_START_FAILED',
        message: `The program did not start: ${startFailure ?? 'there is no such program'}`,
        remedy: 'Check that the program is installed on this machine; golem doctor checks the sandbox itself.',
        data: { logTail: exit.logTail },
      })
    },
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
function runtimeError(logFile: string): string | null {
  for (const line of (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '').split('\n')) {
    try {
      const entry = JSON.parse(line) as { level?: unknown; msg?: unknown }
      if (entry.level === 'error' && typeof entry.msg === 'string') return entry.msg
    } catch {
      // Not a line of the log's format.
    }
  }
  return null
}

/** Calls `look` after so many milliseconds as it said the last time, never twice at once, until stopped. */
function repeat(firstMs: number, look: () => Promise<number>): () => void {
  let isStopped = false
  let timer: NodeJS.Timeout
  const next = (ms: number): void => {
    timer = setTimeout(() => {
      void look()
        .catch(() => firstMs)
        .then((again) => {
          if (!isStopped) next(again)
        })
    }, ms)
  }
  next(firstMs)
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
