import { type ChildProcess, spawn } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import type { ApiFile } from '@golem/api/api-file'
import type { DaemonReport, DaemonStart } from '@golem/api/daemon-start'
import { GolemError } from '@golem/protocol/errors'
import { errorOfProblem } from '../../error-of-problem.ts'

export type SpawnOptions = {
  /** The daemon's program. */
  entry: string
  daemon: DaemonStart
  /** Where it prints: a file's descriptor, or this terminal. */
  output: number | 'inherit'
  logFile: string
}

/**
 * Content passes through the daemon in buffers outside the heap, which makes V8 collect a heap that holds nothing of
 * them: with these bounds a job of 80 frames saw 2 full collections instead of 35.
 */
const V8_OPTIONS = ['--max-semi-space-size=32', '--initial-old-space-size=128']

/** The daemon calibrates, and may set up a chain. */
const PATIENCE_MS = 120_000

/**
 * Starts a daemon and waits until it says that it answers.
 *
 * @throws {GolemError} what it said of its failure, `DAEMON_ENDED`, `DAEMON_SLOW`; it has then ended
 */
export async function spawnDaemon(
  { entry, daemon, output, logFile }: SpawnOptions,
  signal: AbortSignal,
): Promise<{ child: ChildProcess; ready: ApiFile }> {
  const child = spawn(process.execPath, [...V8_OPTIONS, entry, JSON.stringify(daemon)], {
    cwd: daemon.home,
    env: { ...process.env, ...compileCache() },
    // Its own group: a Ctrl-C at this terminal is not meant for it, unless it stays in the foreground.
    detached: output !== 'inherit',
    stdio: ['ignore', output, output, 'ipc'],
  })
  const late = AbortSignal.timeout(PATIENCE_MS)
  try {
    return { child, ready: await report(child, AbortSignal.any([signal, late]), logFile) }
  } catch (error) {
    child.kill()
    if (!late.aborted) throw error
    const message = `The daemon did not get ready within ${PATIENCE_MS / 1_000} s.`
    throw new GolemError({ code: 'DAEMON_SLOW', message, remedy: `${logFile} says how far it came.` })
  }
}

/** The daemon and its children compile the same files at every start. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}

function report(child: ChildProcess, signal: AbortSignal, logFile: string): Promise<ApiFile> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    child.once('error', reject)
    child.once('message', (message) => {
      const told = message as DaemonReport
      if ('ready' in told) resolve(told.ready)
      else reject(errorOfProblem(told.problem))
    })
    // Not `exit`, which may come before the last message.
    child.once('close', (code, by) => {
      const message = `The daemon ended while starting (${by ?? `code ${code}`}).`
      reject(new GolemError({ code: 'DAEMON_ENDED', message, remedy: `${logFile} says why.` }))
    })
  })
}
