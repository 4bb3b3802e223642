import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The repository: forge runs there, because dependencies lie outside `contracts`. */
export const repository = resolve(import.meta.dirname, '..')

/** `npm run test:deep`: hours of fuzzing instead of seconds. */
export const isDeep = process.env.GOLEM_DEEP === '1'
const DEEP = {
  FOUNDRY_FUZZ_RUNS: '1000000',
  FOUNDRY_INVARIANT_RUNS: '2000',
  FOUNDRY_INVARIANT_DEPTH: '500',
}

/** Where npm put forge; it is an optional dependency that some platforms lack. */
const forgePath = join(repository, 'node_modules/.bin/forge')
export const hasForge = existsSync(forgePath)

/**
 * Runs forge over the contracts, with the compiler that npm installed.
 *
 * @returns what it printed, whether or not it succeeded
 */
export function forge(args: readonly string[], options: { signal?: AbortSignal } = {}): Promise<ForgeRun> {
  return new Promise((done) => {
    execFile(
      forgePath,
      [...args],
      {
        cwd: repository,
        env: { ...process.env, FOUNDRY_CONFIG: 'contracts/foundry.toml', NO_COLOR: '1', ...(isDeep ? DEEP : {}) },
        maxBuffer: 64 * 1024 * 1024,
        ...(options.signal ? { signal: options.signal } : {}),
      },
      (error, stdout, stderr) => done({ ok: error === null, output: `${stdout}${stderr}` }),
    )
  })
}

export type ForgeRun = { ok: boolean; output: string }
