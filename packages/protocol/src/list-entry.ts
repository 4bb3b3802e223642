import type { Address, Bytes32 } from './primitives.ts'

/** As what somebody is on a list, in the order of the contract. */
export const LIST_KINDS = ['provider', 'requestor', 'author', 'application'] as const
export type ListKind = (typeof LIST_KINDS)[number]

/** An application goes by its id in the registry, everybody else by an address. */
export type ListSubject = { kind: 'application'; id: Bytes32 } | { kind: Exclude<ListKind, 'application'>; id: Address }

/** Whom the owner of a list advises against. */
export type ListEntry = ListSubject & {
  /** Seconds since 1970. */
  listedAtS: number
  /** From this second on it counts no more. */
  expiresAtS: number
  /** CID of the evidence, as its owner wrote it. */
  evidence: string
  /** CID of the answer; null where there is none. */
  appeal: string | null
}
