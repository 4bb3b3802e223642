import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readApiFile } from '@golem/api/api-file'
import { type Client, createClient } from '@golem/api/client'
import { untilGone } from './processes.ts'

/** How a run of the command line ended. */
export type CliRun = { code: number | null; stdout: string; stderr: string }
export type CliOptions = { signal?: AbortSignal; cwd?: string; env?: Readonly<Record<string, string>> }

/** A command line that runs. */
export type RunningCli = { readonly child: ChildProcess; readonly done: Promise<CliRun> }

/** A node as a person runs it: a home folder, and the `golem` command. */
export type GolemNode = {
  readonly home: string
  /** The daemon's interface, wherever it listens now. */
  readonly client: Client
  /** Runs `golem ARGS` for this home; a failure of the command is in `code`, not thrown. */
  golem(args: readonly string[], options?: CliOptions): Promise<CliRun>
  /** The same, to be signalled on the way. */
  begin(args: readonly string[], options?: CliOptions): RunningCli
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

/** Of nodes on a chain that is not their own: their keys are encrypted. */
const PASSWORD = 'of a node in a test'

export type GolemNodeOptions = {
  /** Of `golem up`, beside --home. */
  upArgs: readonly string[]
  /** Another program than `golem up`, which starts a daemon for this home. */
  program?: readonly string[]
  /** Goes before each command: where it runs. `client` reaches a daemon on this host alone. */
  inside?: readonly string[]
  env?: Readonly<Record<string, string>>
}

export function golemNode(home: string, { upArgs, program, inside = [], env = {} }: GolemNodeOptions): GolemNode {
  const begin = (args: readonly string[], options: CliOptions = {}) =>
    beginCli([...inside, process.execPath, command, '--home', home, ...args], {
      ...options,
      env: { ...env, ...options.env },
    })
  let started: RunningProgram | null = null
  const golem = (args: readonly string[], options: CliOptions = {}) => begin(args, options).done
  const pid = async () => (await readApiFile(home))?.pid ?? null
  const succeed = async (args: readonly string[], options: CliOptions = {}) => {
    const run = await golem(args, options)
    if (run.code !== 0) throw new Error(`golem ${args.join(' ')} ended with ${run.code}:\n${run.stderr}${run.stdout}`)
    return run
  }
  return {
    home,
    client: createClient(() => readApiFile(home)),
    golem,
    begin,
    json: async (args, options) => JSON.parse((await succeed([...args, '--json'], options)).stdout),
    up: async () => {
      if (program) {
        started = beginProgram(program, `${home}.log`)
        await started.ready
      } else await succeed(['up', ...upArgs])
    },
    pid,
    down: async () => void (await succeed(['down'])),
    kill: async () => {
      const daemon = await pid()
      if (daemon === null) return started?.stop()
      try {
        process.kill(daemon, 'SIGKILL')
      } catch {
        return
      }
      await untilGone(daemon)
    },
  }
}

function beginCli(args: readonly string[], { signal, cwd, env }: CliOptions): RunningCli {
  const [first = '', ...rest] = args
  const child = spawn(first, rest, {
    env: { ...process.env, GOLEM_PASSWORD: PASSWORD, ...env },
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
  const done = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }))
  return { child, done }
}

/** A program that starts daemons. */
export type RunningProgram = {
  /** @throws {Error} where it ended instead */
  readonly ready: Promise<void>
  /** Idempotent. */
  stop(): Promise<void>
}

/** `log`: where it writes what it has to say. */
export function beginProgram(program: readonly string[], log: string): RunningProgram {
  const out = openSync(log, 'a')
  const child = spawn(process.execPath, program, { detached: true, stdio: ['ignore', out, out, 'ipc'] })
  closeSync(out)
  const exited = once(child, 'exit')
  const said = async () => {
    const [message] = await Promise.race([once(child, 'message'), exited])
    if (typeof message !== 'object' || !('ready' in message))
      throw new Error(
        `${program[0]} did not start: ${JSON.stringify(message)}\n${readFileSync(log, 'utf8').slice(-2_000)}`,
      )
    if (child.connected) child.disconnect()
    child.unref()
  }
  return {
    ready: said(),
    stop: async () => {
      child.ref()
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await exited
    },
  }
}
