import { resolve } from 'node:path'
import type { Exported } from '@golem/api'
import type { Cli, Outcome } from '../../cli.ts'
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

/** Brings a backup, or a wallet's keystore, into a home whose daemon does not run. */
export async function importWallet(cli: Cli, file: string, { passwordFile }: ExportOptions): Promise<Outcome> {
  const { io, home } = cli
  const value = await runTool<Omit<Exported, 'path'>>(cli, {
    import: resolve(io.cwd, file),
    ...(passwordFile === undefined ? {} : { passwordFile: resolve(io.cwd, passwordFile) }),
  })
  return { value, text: `${describe(value, 'The key')} in ${home}.` }
}

const describe = ({ address, claims, encrypted }: Omit<Exported, 'path'>, what: string): string =>
  `${what} of ${address} and ${claims} ${claims === 1 ? 'claim' : 'claims'} are ${encrypted ? 'encrypted' : 'in plain'}`

const CARE = ({ encrypted }: Exported): string =>
  encrypted
    ? 'Keep it apart from the password. Make another one now and then: vouchers that come later are not in it.'
    : 'Whoever reads it has the money. Make another one now and then: vouchers that come later are not in it.'
