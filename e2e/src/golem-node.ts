import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { readApiFile } from '@golem/api/api-file'

/** How a run of the command line ended. */
export type CliRun = { code: number | null; stdout: string; stderr: string }
export type CliOptions = { signal?: AbortSignal; cwd?: string; env?: Readonly<Record<string, string>> }

/** A node as a person runs it: a home folder, and the `golem` command. */
export type GolemNode = {
  readonly home: string
  /** Runs `golem ARGS` for this home; a failure of the command is in `code`, not thrown. */
  golem(args: readonly string[], options?: CliOptions): Promise<CliRun>
  /** `golem ARGS --json`. @throws {Error} with what it said, where it failed */
  json<T>(args: readonly string[], options?: CliOptions): Promise<T>
  /** Starts the daemon. @throws {Error} with what it said, where it failed */
  up(): Promise<void>
  /** The daemon's process; null where none has started. */
  pid(): Promise<number | null>
  /** Ends the daemon in an orderly way. Idempotent. */
  down(): Promise<void>
  /** `kill -9`: what a crash or a power cut does. Resolves when the daemon is gone. */
  kill(): Promise<void>
}

/** A program that is started, not a module that is imported. */
const command = resolve(import.meta.dirname, '../../packages/cli/bin/golem.mjs')

/** @param options.upArgs of `golem up`, beside --home */
export function golemNode(home: string, { upArgs }: { upArgs: readonly string[] }): GolemNode {
  const golem = (args: readonly string[], options: CliOptions = {}) => runCli(['--home', home, ...args], options)
  const pid = async () => (await readApiFile(home))?.pid ?? null
  const succeed = async (args: readonly string[], options: CliOptions = {}) => {
    const run = await golem(args, options)
    if (run.code !== 0) throw new Error(`golem ${args.join(' ')} ended with ${run.code}:\n${run.stderr}${run.stdout}`)
    return run
  }
  return {
    home,
    golem,
    json: async (args, options) => JSON.parse((await succeed([...args, '--json'], options)).stdout),
    up: async () => void (await succeed(['up', ...upArgs])),
    pid,
    down: async () => void (await succeed(['down'])),
    kill: async () => {
      const daemon = await pid()
      if (daemon === null || !signalled(daemon, 'SIGKILL')) return
      // Not our own child, so its end cannot be awaited.
      while (signalled(daemon, 0)) await new Promise((resolve) => setTimeout(resolve, 10))
    },
  }
}

async function runCli(args: readonly string[], { signal, cwd, env }: CliOptions): Promise<CliRun> {
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal === undefined ? {} : { signal }),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** @returns whether the process was there to be signalled */
function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
