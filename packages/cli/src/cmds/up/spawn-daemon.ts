import { type ChildProcess, spawn } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import type { ApiFile } from '@golem/api/api-file'
import type { DaemonAnswer, DaemonQuestion, DaemonStart } from '@golem/api/daemon-start'
import { awaitReport } from '../../await-report.ts'

export type SpawnOptions = {
  /** The daemon's program. */
  entry: string
  daemon: DaemonStart
  /** Where it prints: a file's descriptor, or this terminal. */
  output: number | 'inherit'
  logFile: string
  /** What it is told when it asks. */
  answer: (question: DaemonQuestion) => Promise<DaemonAnswer>
}

/**
 * Content passes through the daemon in buffers outside the heap, which makes V8 collect a heap that holds nothing of
 * them: with these bounds a job of 80 frames saw 2 full collections instead of 35.
 */
export const V8_OPTIONS = ['--max-semi-space-size=32', '--initial-old-space-size=128']

/** The daemon calibrates, and may set up a chain. */
const PATIENCE_MS = 120_000

/**
 * Starts a daemon and waits until it says that it answers.
 *
 * @throws {GolemError} what it said of its failure, `DAEMON_ENDED`, `DAEMON_SLOW`; it has then ended
 */
export async function spawnDaemon(
  { entry, daemon, output, logFile, answer }: SpawnOptions,
  signal: AbortSignal,
): Promise<{ child: ChildProcess; ready: ApiFile }> {
  const child = spawn(process.execPath, [...V8_OPTIONS, entry, JSON.stringify(daemon)], {
    cwd: daemon.home,
    env: { ...process.env, ...compileCache() },
    // Its own group: a Ctrl-C at this terminal is not meant for it, unless it stays in the foreground.
    detached: output !== 'inherit',
    stdio: ['ignore', output, output, 'ipc'],
  })
  try {
    return { child, ready: await awaitReport<ApiFile>(child, { signal, patienceMs: PATIENCE_MS, answer, logFile }) }
  } catch (error) {
    child.kill()
    throw error
  }
}

/** The daemon and its children compile the same files at every start. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}
