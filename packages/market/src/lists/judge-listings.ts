import type { Address, ListEntry } from '@golem/protocol'

/** What the lists that a node follows do: whom they name is not worked with; is told of; or nothing. */
export const LIST_MODES = ['auto', 'warn', 'off'] as const
export type ListMode = (typeof LIST_MODES)[number]

/** Whose lists are believed, and how far. */
export type Following = {
  follow: readonly Address[]
  mode: ListMode
  /** An entry does not act before it could be answered for so long. Default: `APPEAL_WINDOW_S`. */
  appealMs?: number
}

/** An entry on a list. */
export type Listing = { owner: Address; entry: ListEntry }

export type ListingsInput = {
  /** Everything that the followed lists say of one party. */
  listings: readonly Listing[]
  mode: ListMode
  /** The node's own allow list names it, which wins. */
  isAllowed: boolean
  nowS: number
  /** It is worked with already: what runs ends and is paid. Default: false. */
  isHired?: boolean
  /** An entry of others does not act before it could be answered for so long. Default: `APPEAL_WINDOW_S`. */
  appealWindowS?: number | undefined
}

/** Within a day whoever was listed can answer, and whoever listed can think again. */
export const APPEAL_WINDOW_S = 86_400

export type ListVerdict = {
  does: 'nothing' | 'warn' | 'exclude'
  /** Those that count. */
  listings: readonly Listing[]
}

/**
 * Whether a party is worked with: what has expired counts no more, what is new is told and does not act yet, and whoever is
 * allowed by name always is.
 */
export function judgeListings(input: ListingsInput): ListVerdict {
  const { listings, mode, isAllowed, nowS, isHired = false, appealWindowS = APPEAL_WINDOW_S } = input
  const valid = listings.filter(({ entry }) => entry.expiresAtS > nowS)
  if (valid.length === 0 || mode === 'off') return { does: 'nothing', listings: [] }
  const acting = valid.filter(({ entry }) => entry.listedAtS + appealWindowS <= nowS)
  if (mode !== 'auto' || isAllowed || isHired || acting.length === 0) return { does: 'warn', listings: valid }
  return { does: 'exclude', listings: acting }
}

/** For people: who says what, and where the evidence is. */
export function sayListings(what: string, listings: readonly Listing[]): string {
  const said = listings.slice(0, 3).map(({ owner, entry }) => `${owner} (evidence: ${entry.evidence})`)
  const more = listings.length > said.length ? ` and ${listings.length - said.length} more` : ''
  return `${what} is on the list of ${said.join(', ')}${more}.`
}
