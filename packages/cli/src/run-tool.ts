import { spawn } from 'node:child_process'
import { answerDaemon } from './answer-daemon.ts'
import { awaitReport } from './await-report.ts'
import type { Cli } from './cli.ts'

const PATIENCE_MS = 120_000

/**
 * Has the node's own program do one thing with a home, whose daemon need not run. The command itself never sees a key.
 *
 * @throws {GolemError} what it said of its failure
 */
export async function runTool<Done>(
  cli: Cli,
  request: object,
  { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {},
): Promise<Done> {
  const { io, home } = cli
  const child = spawn(process.execPath, ['--no-warnings', io.toolEntry, JSON.stringify({ home, ...request })], {
    env: { ...process.env, ...io.env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const interrupted = new AbortController()
  const release = io.onInterrupt(() => interrupted.abort(new Error('stopped')))
  try {
    return await awaitReport<Done>(child, {
      signal: interrupted.signal,
      patienceMs,
      answer: (question) => answerDaemon(cli, question),
      logFile: 'Its output',
    })
  } finally {
    release()
    child.kill()
  }
}
