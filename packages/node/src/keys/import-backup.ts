import type { Store } from '@golem/ports'
import { type Address, GolemError, signerFromKey } from '@golem/protocol'
import { openHomeStore, openState } from '../store/open-state.ts'
import { readBackup } from './backup.ts'
import { restoreClaims } from './claims.ts'
import { keyFiles, readKeystore, readPlainKey, writeKeystore } from './open-key.ts'
import type { PasswordSource } from './password.ts'
import { writeSecret } from './write-secret.ts'

export type Imported = { address: Address; claims: number; encrypted: boolean }

/**
 * Brings key and claims of a backup into a home whose node does not run. The key lies there as it did in the file. A
 * home that has this key already gets the claims alone; one with another key is left as it is.
 *
 * @throws {GolemError} `FILE_MISSING`, `BACKUP_INVALID`, `PASSWORD_WRONG`, `KEY_EXISTS`, `STORE_FAILED`
 */
export async function importBackup(
  { home, password }: { home: string; password: PasswordSource },
  path: string,
): Promise<Imported> {
  const { key, encrypted, claims } = await readBackup(path, () => password('open', 'first'))
  const { address } = signerFromKey(key)
  const there = await addressIn(home)
  if (there !== null && there !== address) {
    throw new GolemError({
      code: 'KEY_EXISTS',
      message: `The node in ${home} has the key of ${there} already; the backup is of ${address}.`,
      remedy: 'Choose an empty folder with --home: a key is never written over.',
    })
  }
  const first = openHomeStore(home)
  let store: Store | undefined
  try {
    store = openState(home, first, address)
    const changed = restoreClaims(store, claims)
    const files = keyFiles(home)
    // Last, so that a crash before leaves a home without a key, into which it can be done again.
    if (there === null && encrypted !== null) {
      await writeKeystore(files.encrypted, { ...encrypted, address: address.slice(2) })
    } else if (there === null)
      await writeSecret(files.plain, `${Buffer.from(key).toString('hex')}\n`, { replace: false })
    return { address, claims: changed, encrypted: encrypted !== null }
  } finally {
    store?.close()
    first.close()
  }
}

async function addressIn(home: string): Promise<Address | 'unknown' | null> {
  const files = keyFiles(home)
  const encrypted = await readKeystore(files.encrypted)
  if (encrypted !== null) return encrypted.address === undefined ? 'unknown' : (`0x${encrypted.address}` as Address)
  const plain = await readPlainKey(files.plain)
  return plain === null ? null : signerFromKey(plain).address
}
