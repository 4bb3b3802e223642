import { readPasswordFile } from '@golem/api/password-file'
import { GolemError } from '@golem/protocol'
import { askParent } from '../report.ts'

/** What a password is wanted for. */
export type PasswordUse = 'open' | 'new'

/** Where a password comes from: a file, the environment, or whoever started this process. */
export type PasswordSource = (use: PasswordUse, before: 'first' | 'wrong') => Promise<string>

const ENVIRONMENT = 'GOLEM_PASSWORD'
const MIN_LENGTH = 8

/**
 * Takes `GOLEM_PASSWORD` out of this process's environment, so that no child inherits it.
 *
 * @param file whose first line is the password
 */
export function passwordSource(file: string | undefined): PasswordSource {
  // Set to nothing is not set.
  const fromEnvironment = process.env[ENVIRONMENT] || undefined
  delete process.env[ENVIRONMENT]
  return async (use, before) => {
    const fixed = file === undefined ? fromEnvironment : await readPasswordFile(file)
    if (fixed !== undefined) {
      if (before === 'wrong') throw wrong(file === undefined ? `in ${ENVIRONMENT}` : `in ${file}`)
      return use === 'new' ? longEnough(fixed) : fixed
    }
    const asked = await askParent({ password: { use, before } })
    if (typeof asked === 'string') return use === 'new' ? longEnough(asked) : asked
    throw new GolemError({
      code: 'PASSWORD_MISSING',
      message: use === 'new' ? 'The key of this node needs a password.' : 'The key of this node is encrypted.',
      remedy: `Give the password with --password-file, in ${ENVIRONMENT}, or at a terminal.`,
    })
  }
}

/** @throws {GolemError} `PASSWORD_SHORT` */
export function longEnough(password: string): string {
  if (password.length >= MIN_LENGTH) return password
  throw new GolemError({
    code: 'PASSWORD_SHORT',
    message: `A password has at least ${MIN_LENGTH} characters.`,
    remedy: 'Take a longer one; a few words that do not belong together are good.',
  })
}

const wrong = (where: string) =>
  new GolemError({
    code: 'PASSWORD_WRONG',
    message: `The password ${where} does not open the key.`,
    remedy: 'Check it, and that --home is the right folder.',
  })
