import { type Address, signerFromKey } from '@golem/protocol'
import { carryMachine, openHomeStore, openState } from '../store/open-state.ts'
import { type ClaimRecord, restoreClaims } from './claims.ts'
import { keyOnDisk, putKeyOnDisk, setKeyAside } from './key-on-disk.ts'
import type { KeystoreFile } from './keystore.ts'

/** What a backup brings, and how its key is to lie in the home: encrypted, or null for in plain. */
export type Brought = { key: Uint8Array; keystore: KeystoreFile | null; claims: readonly ClaimRecord[] }

/**
 * Puts a backup into a home whose node does not run. Claims of the present key come beside those that are there. Another
 * key takes the place of the present one, which is set aside with all of its state; until the last step the home opens
 * with the present key, and from then on with the other.
 *
 * @param present whose key is in the home now
 * @throws {GolemError} `STORE_FAILED`, `KEY_EXISTS`
 */
export async function bringIn(home: string, present: Address, { key, keystore, claims }: Brought): Promise<void> {
  const { address } = signerFromKey(key)
  const first = openHomeStore(home)
  const open = [first]
  try {
    const before = openState(home, first, present)
    open.push(before)
    const next = address === present ? before : openState(home, first, address)
    open.push(next)
    if (next !== before) carryMachine(before, next)
    restoreClaims(next, claims)
  } finally {
    for (const store of open.toReversed()) store.close()
  }
  if (address === present) return
  await setKeyAside(home, present)
  await putKeyOnDisk(home, keyOnDisk(key, keystore))
}
