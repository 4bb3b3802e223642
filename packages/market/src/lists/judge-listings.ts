import type { Address, ListEntry } from '@golem/protocol'

/** What the lists that a node follows do: whom they name is not worked with; is told of; or nothing. */
export const LIST_MODES = ['auto', 'warn', 'off'] as const
export type ListMode = (typeof LIST_MODES)[number]

/** Whose lists are believed, and how far. */
export type Following = { follow: readonly Address[]; mode: ListMode }

/** An entry on a list. */
export type Listing = { owner: Address; entry: ListEntry }

export type ListingsInput = {
  /** Everything that the followed lists say of one party. */
  listings: readonly Listing[]
  mode: ListMode
  /** The node's own allow list names it, which wins. */
  isAllowed: boolean
  nowS: number
}

export type ListVerdict = {
  does: 'nothing' | 'warn' | 'exclude'
  /** Those that count. */
  listings: readonly Listing[]
}

/** Whether a party is worked with: what has expired counts no more, and whoever is allowed by name always is. */
export function judgeListings({ listings, mode, isAllowed, nowS }: ListingsInput): ListVerdict {
  const valid = listings.filter(({ entry }) => entry.expiresAtS > nowS)
  if (valid.length === 0 || mode === 'off') return { does: 'nothing', listings: [] }
  return { does: mode === 'auto' && !isAllowed ? 'exclude' : 'warn', listings: valid }
}

/** For people: who says what, and where the evidence is. */
export function sayListings(what: string, listings: readonly Listing[]): string {
  const said = listings.slice(0, 3).map(({ owner, entry }) => `${owner} (evidence: ${entry.evidence})`)
  const more = listings.length > said.length ? ` and ${listings.length - said.length} more` : ''
  return `${what} is on the list of ${said.join(', ')}${more}.`
}
