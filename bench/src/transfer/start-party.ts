import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Fetched, Place, Task, Use } from './messages.ts'

/** As `golem up` starts a daemon; the same for all, so that nobody has the better collector. */
const V8_OPTIONS = ['--max-semi-space-size=32', '--initial-old-space-size=128']
const PATIENCE_MS = 120_000

/** The next message of a child. @throws {Error} where it ends instead */
async function heard<T>(child: ChildProcess): Promise<T> {
  const late = AbortSignal.timeout(PATIENCE_MS)
  const ended = once(child, 'exit', { signal: late }).then(() => {
    throw new Error('A party ended too early; see its words above.')
  })
  const [message] = await Promise.race([once(child, 'message', { signal: late }), ended])
  ended.catch(() => {})
  return message as T
}

const start = (program: string, args: string[], execArgv: string[] = []): ChildProcess =>
  fork(join(import.meta.dirname, program), args, {
    execArgv: ['--expose-gc', ...V8_OPTIONS, ...execArgv],
    stdio: ['ignore', 2, 2, 'ipc'],
  })

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill()
  await gone
}

export type ServerParty = { place: Place; begin(): void; used(): Promise<Use>; stop(): Promise<void> }

export async function startServer(task: Task & { role: 'server' }): Promise<ServerParty> {
  const child = start('party.ts', [JSON.stringify(task)])
  const { place } = await heard<{ place: Place }>(child)
  return {
    place,
    begin: () => void child.send('begin'),
    used: async () => {
      child.send('report')
      return (await heard<{ used: Use }>(child)).used
    },
    stop: () => end(child),
  }
}

/** Fetches in a process of its own. */
export async function fetchOnce(task: Task & { role: 'client' }): Promise<Fetched> {
  const child = start('party.ts', [JSON.stringify(task)])
  try {
    return (await heard<{ fetched: Fetched }>(child)).fetched
  } finally {
    await end(child)
  }
}

/** @returns the port that leads to `port`, a round trip away */
export async function delayLink(
  port: number,
  { roundTripMs, windowBytes }: { roundTripMs: number; windowBytes: number },
): Promise<{ port: number; stop(): Promise<void> }> {
  const child = start('delay-link.ts', [String(port), String(roundTripMs / 2), String(windowBytes)])
  const far = await heard<{ port: number }>(child)
  return { port: far.port, stop: () => end(child) }
}
