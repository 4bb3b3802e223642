import { type PeerContact, type Place, placeOfContact } from '@golem/protocol'
import type { DirectoryNode } from './routing-table.ts'

type Known = DirectoryNode & { away: Place; state: 'new' | 'asked' | 'answered' | 'failed' }

/** A search for the nodes nearest to a place; each that is asked names nearer ones. */
export type Lookup = {
  readonly target: Place
  /** How many nearest ones have to have answered. */
  readonly wanted: number
  readonly byId: Map<string, Known>
  /** Nearest first. */
  readonly ranked: Known[]
}

/** Nodes that one search remembers, whatever it is told: the nearest. */
const MAX_KNOWN = 128

export function beginLookup(target: Place, seeds: readonly DirectoryNode[], wanted: number): Lookup {
  const lookup: Lookup = { target, wanted, byId: new Map(), ranked: [] }
  for (const { contact } of seeds) add(lookup, contact)
  return lookup
}

/** Whom to ask next: of the nearest `wanted` that did not fail, those that were not asked; none when the search is over. */
export function toAsk({ ranked, wanted }: Lookup, count: number): DirectoryNode[] {
  const next: DirectoryNode[] = []
  let living = 0
  for (const node of ranked) {
    if (living === wanted || next.length >= count) break
    if (node.state === 'failed') continue
    living += 1
    if (node.state === 'new') next.push(node)
  }
  return next
}

export function noteAsked({ byId }: Lookup, peerId: string): void {
  const node = byId.get(peerId)
  if (node) node.state = 'asked'
}

export function noteFailed({ byId }: Lookup, peerId: string): void {
  const node = byId.get(peerId)
  if (node) node.state = 'failed'
}

export function noteAnswer(lookup: Lookup, peerId: string, told: readonly PeerContact[]): void {
  const node = lookup.byId.get(peerId)
  if (node) node.state = 'answered'
  for (const contact of told) add(lookup, contact)
}

/** The nearest that answered, nearest first. */
export const found = ({ ranked, wanted }: Lookup): DirectoryNode[] =>
  ranked.filter(({ state }) => state === 'answered').slice(0, wanted)

function add({ target, byId, ranked }: Lookup, contact: PeerContact): void {
  if (byId.has(contact.peerId) || contact.addresses.length === 0) return
  const place = placeOfContact(contact)
  const away = place ^ target
  let at = ranked.length
  while (at > 0 && (ranked[at - 1] as Known).away > away) at -= 1
  if (at >= MAX_KNOWN) return
  const node: Known = { contact, place, away, state: 'new' }
  byId.set(contact.peerId, node)
  ranked.splice(at, 0, node)
  const dropped = ranked[MAX_KNOWN]
  if (dropped) byId.delete(dropped.contact.peerId)
  ranked.length = Math.min(ranked.length, MAX_KNOWN)
}
