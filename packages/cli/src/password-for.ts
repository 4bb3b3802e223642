import { resolve } from 'node:path'
import { readPasswordFile } from '@golem/api/password-file'
import { GolemError } from '@golem/protocol/errors'
import { askPassword } from './ask-password.ts'
import type { Cli } from './cli.ts'

/**
 * The password that a command needs: from a file, the environment, or the person.
 *
 * @param use of the key that is there, or for what has none yet
 * @throws {GolemError} `FILE_MISSING`, `PASSWORD_MISSING`
 */
export async function passwordFor({ io }: Cli, use: 'open' | 'new', file: string | undefined): Promise<string> {
  const known = file === undefined ? io.env.GOLEM_PASSWORD || undefined : await readPasswordFile(resolve(io.cwd, file))
  const password = known ?? (await askPassword(io, { use, before: 'first' }))
  if (password !== null) return password
  throw new GolemError({
    code: 'PASSWORD_MISSING',
    message: 'No password was given.',
    remedy: 'Give it with --password-file, in GOLEM_PASSWORD, or at a terminal.',
  })
}
