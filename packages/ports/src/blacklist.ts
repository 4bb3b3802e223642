import type { Address, ListEntry } from '@golem/protocol'

/** Lists of those whom somebody advises against. Errors: `CHAIN_UNREACHABLE`, `CONTRACT_MISSING`. */
export type Blacklist = {
  /**
   * What is on somebody's list, expired entries too, in any order; at most `atMost` of them.
   *
   * @throws {GolemError} where it cannot be read; never an empty list instead
   */
  entries(owner: Address, atMost: number): Promise<ListEntry[]>
}
