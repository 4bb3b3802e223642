import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

export type Step = {
  /** Shown to people. */
  name: string
  /** A program of node_modules/.bin or of PATH, and its arguments. */
  command: readonly [string, ...string[]]
  env?: Readonly<Record<string, string>>
  /** The step is ended, with all it started, and counts as failed after this long. */
  timeoutMs: number
}

export type StepResult = { ok: boolean; seconds: number; output: string }

/** Keeps the end of a step's output; what a person reads of a failure stands there. */
const MAX_OUTPUT_CHARS = 2_000_000

/** Runs one step of the tests in a process group of its own, from the root of the repository. Never throws. */
export async function runStep({ name, command, env, timeoutMs }: Step, root: string): Promise<StepResult> {
  const startedMs = performance.now()
  const [program, ...args] = command
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const keep = (chunk: string) => {
    output = (output + chunk).slice(-MAX_OUTPUT_CHARS)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)

  const endGroup = () => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // The group is gone already.
    }
  }
  const timer = setTimeout(() => {
    keep(`\n${name} was ended after ${timeoutMs / 1000} s.\n`)
    endGroup()
  }, timeoutMs)
  const ownEnd = (signal: NodeJS.Signals) => {
    endGroup()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', ownEnd).once('SIGTERM', ownEnd)

  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      keep(`${program} did not start: ${error.message}\n`)
      resolve(false)
    })
    // `exit` and not `close`: a process left behind by a test may hold the pipes for ever.
    child.once('exit', (code) => resolve(code === 0))
  })
  clearTimeout(timer)
  process.off('SIGINT', ownEnd).off('SIGTERM', ownEnd)
  endGroup()
  return { ok, seconds: (performance.now() - startedMs) / 1000, output }
}
