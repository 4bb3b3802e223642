import type { Problem } from '@golem/api'
import type { CliRun } from '../src/index.ts'

/** A `golem` command that failed, in its own words, with its own exit code. */
export class GolemFailure extends Error {
  readonly code: string
  readonly exitCode: number

  constructor({ code, message, remedy }: Problem, exitCode: number) {
    super(remedy === undefined ? message : `${message} ${remedy}`)
    this.code = code
    this.exitCode = exitCode
  }
}

/** What a run with --json says of its failure. */
export function failureOf({ code, stdout, stderr }: CliRun): GolemFailure {
  const exitCode = code === null || code === 0 ? 1 : code
  try {
    return new GolemFailure((JSON.parse(stdout) as { error: Problem }).error, exitCode)
  } catch {
    const message = stderr.trim() || stdout.trim() || 'The command golem ended without a word.'
    return new GolemFailure({ code: 'UNKNOWN', message }, exitCode)
  }
}
