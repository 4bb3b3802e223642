import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The repository: forge runs there, because dependencies lie outside `contracts`. */
export const repository = resolve(import.meta.dirname, '..')

/** `npm run test:deep`: hours of fuzzing instead of seconds, and ten times as many runs of the invariants. */
export const isDeep = process.env.GOLEM_DEEP === '1'
const DEEP = { FOUNDRY_FUZZ_RUNS: '1000000', FOUNDRY_FUZZ_TIMEOUT: '1200', FOUNDRY_INVARIANT_RUNS: '10000' }

/** Where npm put forge; it is an optional dependency that some platforms lack. */
const forgePath = join(repository, 'node_modules/.bin/forge')
export const hasForge = existsSync(forgePath)

export type ForgeOptions = {
  /** Another folder with `contracts` and `node_modules` in it. */
  cwd?: string
  /** Settings that differ from foundry.toml's, as forge's environment has them. */
  settings?: Readonly<Record<`FOUNDRY_${string}`, string>>
  signal?: AbortSignal
}

/**
 * Runs forge over the contracts, with the compiler that npm installed.
 *
 * @returns what it printed, whether or not it succeeded
 */
export function forge(
  args: readonly string[],
  { cwd = repository, settings, signal }: ForgeOptions = {},
): Promise<ForgeRun> {
  const deep = isDeep ? DEEP : {}
  const env = { ...process.env, FOUNDRY_CONFIG: 'contracts/foundry.toml', NO_COLOR: '1', ...deep, ...settings }
  return new Promise((done) => {
    execFile(
      forgePath,
      [...args],
      { cwd, env, maxBuffer: 64 * 1024 * 1024, ...(signal ? { signal } : {}) },
      (error, stdout, stderr) => done({ ok: error === null, output: `${stdout}${stderr}` }),
    )
  })
}

export type ForgeRun = { ok: boolean; output: string }
