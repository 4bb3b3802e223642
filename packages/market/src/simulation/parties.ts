import { type Address, asAddress } from '@golem/protocol'
import type { Listing } from '../lists/judge-listings.ts'
import type { Fact } from '../trust/fact.ts'
import type { Testimony } from '../trust/reputation.ts'
import { NO_RECORD, noteFact, type TrackRecord } from '../trust/track-record.ts'

/** A key of a party. A party that makes a new one begins as a stranger. */
export type Key = { id: Address; records: Map<number, TrackRecord>; listings: Listing[] }

const ids: Address[] = []
/** The nth address. */
export const addressOf = (n: number): Address => {
  const known = ids[n]
  if (known !== undefined) return known
  const id = asAddress(`0x${n.toString(16).padStart(40, '0')}`)
  ids[n] = id
  return id
}

export const newKey = (n: number): Key => ({ id: addressOf(n), records: new Map(), listings: [] })

/** What one who speaks (a number) has noted of a key. */
export const recordAt = (key: Key, by: number): TrackRecord => key.records.get(by) ?? NO_RECORD

/** Notes a fact as the roles do. */
export function note(key: Key, by: number, fact: Pick<Fact, 'kind' | 'valueWei' | 'atMs' | 'isProven'>): void {
  key.records.set(by, noteFact(recordAt(key, by), fact))
}

/** The facts of the witnesses together, beside those of the others by their numbers. */
export const WITNESSES = -1
/** From here on: what friends of the hostile say, who know better themselves. */
export const SPOKEN = 10_000

/** Whom somebody believes about a key: itself, then those whom it follows. */
export function testimonies(key: Key, own: number, follows: readonly number[]): Testimony[] {
  const all: Testimony[] = [{ record: recordAt(key, own), isOwn: true }]
  for (const by of follows)
    all.push({ record: recordAt(key, key.records.has(SPOKEN + by) ? SPOKEN + by : by), isOwn: false })
  return all
}
