import { join } from 'node:path'
import type { Store, StoreChange } from '@golem/ports'
import type { Address } from '@golem/protocol'
import { openStore } from './open-store.ts'

/** Whose a state file is. */
const OWNER = 'owner'
/** What is said of the machine, whoever it works for: browsers that were let in, lending, images, its processor's classes. */
const OF_MACHINE = ['app-session/', 'lending/settings', 'image/', 'class/']

/**
 * The home's first state file: its lock is that of the home, whatever key is in use.
 *
 * @throws {GolemError} `STORE_FAILED`
 */
export const openHomeStore = (home: string): Store => openStore(join(home, 'state.db'))

/**
 * The state of one key. Vouchers, proofs, jobs and agreements do not say whose they are, and what another key promised is no
 * promise of this one: so the first file belongs to the key that used it first, and each other key has one of its own.
 *
 * @param first as `openHomeStore` gives it; closed by who opened it
 * @throws {GolemError} `STORE_FAILED`
 */
export function openState(home: string, first: Store, address: Address): Store {
  const owner = first.get(OWNER)
  if (owner === null) first.commit([{ put: OWNER, value: address }])
  return (owner ?? address) === address ? first : openStore(join(home, `state-${address}.db`))
}

/** Has what is said of the machine stand in another state as it does in one. */
export function carryMachine(from: Store, to: Store): void {
  const changes = OF_MACHINE.flatMap((prefix): StoreChange[] => [
    ...to.list(prefix).map(({ key }) => ({ remove: key })),
    ...from.list(prefix).map(({ key, value }) => ({ put: key, value })),
  ])
  to.commit(changes)
}
