import type { Store, StoreChange } from '@golem/ports'
import { isClaim, isSoundClaim, mergeClaims } from '@golem/roles'
import { z } from 'zod'

/** An entry of the store on which money hangs. */
export const claimRecord = z.object({ key: z.string().max(1_000), value: z.string().max(1_000_000) })
export type ClaimRecord = z.infer<typeof claimRecord>

export const readClaims = (store: Store): ClaimRecord[] =>
  ['requestor/', 'provider/'].flatMap((prefix) => store.list(prefix)).filter(({ key }) => isClaim(key))

/** Of another release, or damaged. */
export const unsoundClaims = (claims: readonly ClaimRecord[]): ClaimRecord[] =>
  claims.filter(({ key, value }) => isClaim(key) && !isSoundClaim(key, value))

/**
 * Puts claims of a backup beside what a store has: of two words on the same, the one that is worth more counts.
 *
 * @returns how many changed something
 */
export function restoreClaims(store: Store, claims: readonly ClaimRecord[]): number {
  const changes: StoreChange[] = []
  for (const { key, value } of claims.filter((each) => isClaim(each.key))) {
    const known = store.get(key)
    const merged = known === null ? value : mergeClaims(key, known, value)
    if (merged !== known) changes.push({ put: key, value: merged })
  }
  store.commit(changes)
  return changes.length
}
