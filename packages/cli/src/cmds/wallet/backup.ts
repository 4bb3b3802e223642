import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Exported } from '@golem/api'
import { readApiFile } from '@golem/api/api-file'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { isAlive } from '../../is-alive.ts'
import { passwordFor } from '../../password-for.ts'
import { runTool } from '../../run-tool.ts'

export type ExportOptions = { plain?: true; passwordFile?: string }

/** Has the daemon write key, vouchers and proofs into a file. */
export async function exportWallet(cli: Cli, file: string, { plain, passwordFile }: ExportOptions): Promise<Outcome> {
  const { client, io } = cli
  const { keyEncrypted } = await client.wallet()
  const password =
    plain === true && !keyEncrypted ? null : await passwordFor(cli, keyEncrypted ? 'open' : 'new', passwordFile)
  const value = await client.exportWallet({ path: resolve(io.cwd, file), password, plain: plain === true })
  return { value, text: `${describe(value, 'The key')} in ${value.path}.\n${CARE(value)}` }
}

/** Brings a backup, or a wallet's keystore, into a home: by its daemon, where that runs. */
export async function importWallet(cli: Cli, file: string, { passwordFile }: ExportOptions): Promise<Outcome> {
  const { io, home } = cli
  if (await isRunning(cli)) return importRunning(cli, resolve(io.cwd, file), passwordFile)
  const value = await runTool<Omit<Exported, 'path'>>(cli, {
    import: resolve(io.cwd, file),
    ...(passwordFile === undefined ? {} : { passwordFile: resolve(io.cwd, passwordFile) }),
  })
  return { value, text: `${describe(value, 'The key')} in ${home}.` }
}

/** Claims of the key that is there; another key is changed for it in the Golem App alone, which says what stays behind. */
async function importRunning(cli: Cli, path: string, passwordFile: string | undefined): Promise<Outcome> {
  const { home, client } = cli
  const backup = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new GolemError({
      code: 'FILE_MISSING',
      message: `${path} cannot be read.`,
      remedy: 'Check the path and its permissions.',
      cause,
    })
  })
  const password = /"kdfparams"/.test(backup) ? await passwordFor(cli, 'open', passwordFile) : null
  const value = await client.importWallet({ backup, password, leave: null })
  return { value, text: `${describe(value, 'The key')} in ${home}. The node starts anew with them.` }
}

async function isRunning({ home, client }: Cli): Promise<boolean> {
  const file = await readApiFile(home)
  if (file === null || !isAlive(file.pid)) return false
  return client.status().then(
    () => true,
    () => false,
  )
}

const describe = ({ address, claims, encrypted }: Omit<Exported, 'path'>, what: string): string =>
  `${what} of ${address} and ${claims} ${claims === 1 ? 'claim' : 'claims'} are ${encrypted ? 'encrypted' : 'in plain'}`

const CARE = ({ encrypted }: Exported): string =>
  encrypted
    ? 'Keep it apart from the password. Make another one now and then: vouchers that come later are not in it.'
    : 'Whoever reads it has the money. Make another one now and then: vouchers that come later are not in it.'
