import type { Address, ListEntry, ListSubject } from '@golem/protocol'
import type { Blacklist } from '../blacklist.ts'

export type MemoryBlacklist = Blacklist & {
  list(owner: Address, entry: ListSubject & Pick<ListEntry, 'evidence' | 'expiresAtS'>): void
  delist(owner: Address, subject: ListSubject): void
  appeal(owner: Address, subject: ListSubject, statement: string): void
}

/** Lists that one process shares. */
export function memoryBlacklist({ nowS }: { nowS: () => number }): MemoryBlacklist {
  const lists = new Map<Address, Map<string, ListEntry>>()
  const listOf = (owner: Address) => {
    const known = lists.get(owner) ?? new Map<string, ListEntry>()
    lists.set(owner, known)
    return known
  }
  const keyOf = ({ kind, id }: ListSubject) => `${kind}/${id}`
  const known = (owner: Address, subject: ListSubject) => {
    const entry = listOf(owner).get(keyOf(subject))
    if (entry === undefined) throw new RangeError(`${subject.id} is not listed`)
    return entry
  }
  return {
    entries: async (owner, atMost) => [...listOf(owner).values()].slice(0, atMost),
    list: (owner, entry) => {
      const { appeal = null } = listOf(owner).get(keyOf(entry)) ?? {}
      listOf(owner).set(keyOf(entry), { ...entry, listedAtS: nowS(), appeal })
    },
    delist: (owner, subject) => {
      known(owner, subject)
      listOf(owner).delete(keyOf(subject))
    },
    appeal: (owner, subject, statement) => {
      known(owner, subject).appeal = statement
    },
  }
}
