import type { Store } from '@golem/ports'
import { GolemError, signerFromKey } from '@golem/protocol'
import { writeBackup } from './backup.ts'
import { readClaims } from './claims.ts'
import { COST, type Cost } from './keystore.ts'
import { decryptKey, keyFiles, type OpenedKey, readKeystore } from './open-key.ts'
import { longEnough } from './password.ts'

export type ExportRequest = {
  /** Absolute; nothing may be there. */
  path: string
  /** Of the key, where it is encrypted; else a new one, or null for none. */
  password: string | null
  /** Writes it without encryption. */
  plain: boolean
}
export type Exported = { path: string; address: string; claims: number; encrypted: boolean }

/**
 * Writes key and claims into one file. Nothing of them is ever in an answer.
 *
 * @throws {GolemError} `PASSWORD_MISSING`, `PASSWORD_WRONG`, `PASSWORD_SHORT`, `FILE_EXISTS`, `FOLDER_UNWRITABLE`
 */
export async function exportBackup(
  { home, store, opened }: { home: string; store: Store; opened: OpenedKey },
  { path, password, plain }: ExportRequest,
  { cost = COST }: { cost?: Cost } = {},
): Promise<Exported> {
  const { key, isEncrypted } = opened
  // Who can ask a running node need not know the password that opens its key.
  if (isEncrypted) await proveKnowledge(home, password)
  else if (password !== null) longEnough(password)
  const claims = readClaims(store)
  const under = plain ? null : password
  await writeBackup(path, { key, claims }, { password: under, cost })
  return { path, address: signerFromKey(key).address, claims: claims.length, encrypted: under !== null }
}

async function proveKnowledge(home: string, password: string | null): Promise<void> {
  const file = await readKeystore(keyFiles(home).encrypted)
  if (password !== null && file !== null) return void (await decryptKey(file, password))
  throw new GolemError({
    code: 'PASSWORD_MISSING',
    message: 'The key of this node is encrypted.',
    remedy: 'Give its password: a backup has the same one.',
  })
}
