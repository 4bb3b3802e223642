import {
  isAllowedApp,
  judgeListings,
  type Listing,
  type ProviderPolicy,
  type Refusal,
  sayListings,
} from '@golem/market'
import type { Blacklist, Clock, Registry } from '@golem/ports'
import type { Address, Bytes32, Cid, ListKind, Manifest } from '@golem/protocol'
import type { Logger } from '../logger.ts'

/** How a followed list stands. */
export type FollowedList = { owner: Address; entries: number; readAtMs: number | null; problem: string | null }

/**
 * The lists that this node follows, read whole and ahead of time: decisions wait for no chain, and nobody who serves the
 * chain learns whom this node meets.
 */
export type FollowedLists = {
  /** All that is said of a party, as what it is listed. */
  listingsOf(kind: 'provider' | 'requestor', party: Address): readonly Listing[]
  /**
   * Why an application is not run, because of its author or itself, whatever id it was published under. The own allow list
   * wins. Whatever is only warned of is told in the log, once.
   *
   * @param how.isHired it is worked with already: what runs ends and is paid
   */
  declineApp(app: { manifest: Manifest; manifestCid: Cid }, how: { isHired: boolean }): Refusal | null
  lists(): FollowedList[]
  /** Reads all of them now. Never throws: what could not be read stays as it was. */
  refresh(): Promise<void>
  start(): void
  stop(): void
}

/** Lists are read again after this. */
const REFRESH_MS = 60_000
/** Lists that are read at all; policy files may name more. */
export const MAX_LISTS = 32
/** Entries of one list. */
export const MAX_ENTRIES = 10_000
/** Parties that were told of. */
const MAX_TOLD = 10_000

const NAMES: Readonly<Record<ListKind, string>> = {
  provider: 'The provider',
  requestor: 'The requestor',
  author: 'The author',
  application: 'The application',
}

type Components = { blacklist: Blacklist; registry: Registry; clock: Clock; logger: Logger }
type Known = { listings: readonly Listing[]; readAtMs: number | null; problem: string | null }
/** An application goes by its manifest. */
type Party = { kind: ListKind; id: string }
type Options = { policy: () => Pick<ProviderPolicy, 'blacklist' | 'allow'> }

export function createFollowedLists(
  { blacklist, registry, clock, logger }: Components,
  { policy }: Options,
): FollowedLists {
  const known = new Map<Address, Known>()
  /** All that is said, by party. */
  let said = new Map<string, Listing[]>()
  /** What ids mean never changes; null where nothing was published under one yet. */
  const manifests = new Map<Bytes32, Cid>()
  const told = new Set<string>()
  const stopping = new AbortController()
  let last: Promise<void> = Promise.resolve()
  let isStarted = false

  const followed = (): Address[] => [...new Set(policy().blacklist.follow)].slice(0, MAX_LISTS)

  const manifestOf = async (id: Bytes32): Promise<Cid | null> => {
    const manifest = manifests.get(id) ?? (await registry.manifestOf(id))
    if (manifest !== null) manifests.set(id, manifest)
    return manifest
  }
  const partyOf = async ({ entry }: Listing): Promise<string | null> => {
    if (entry.kind !== 'application') return keyOf(entry)
    const manifest = await manifestOf(entry.id)
    return manifest === null ? null : keyOf({ kind: 'application', id: manifest })
  }

  const read = async (owner: Address): Promise<void> => {
    const before = known.get(owner)
    try {
      const entries = await blacklist.entries(owner, MAX_ENTRIES)
      known.set(owner, {
        listings: entries.map((entry) => ({ owner, entry })),
        readAtMs: clock.now(),
        problem: entries.length < MAX_ENTRIES ? null : `Only its first ${MAX_ENTRIES} entries count.`,
      })
    } catch (error) {
      // What was known goes on to hold.
      known.set(owner, { listings: [], readAtMs: null, ...before, problem: String(error) })
      logger.warn({ list: owner, error: String(error) }, 'a followed list cannot be read')
    }
  }
  const index = async (): Promise<void> => {
    const next = new Map<string, Listing[]>()
    for (const listing of [...known.values()].flatMap(({ listings }) => listings)) {
      const key = await partyOf(listing).catch(() => null)
      if (key === null) continue
      const before = next.get(key)
      if (before === undefined) next.set(key, [listing])
      else before.push(listing)
    }
    said = next
  }
  const refresh = async (): Promise<void> => {
    const owners = followed()
    for (const owner of known.keys()) if (!owners.includes(owner)) known.delete(owner)
    for (const owner of owners) await read(owner)
    await index()
  }
  const inTurn = (): Promise<void> => {
    last = last.then(refresh)
    return last
  }

  const decline = (party: Party, how: { isAllowed: boolean; isHired: boolean }): Refusal | null => {
    const { mode, appealMs } = policy().blacklist
    const { does, listings } = judgeListings({
      listings: said.get(keyOf(party)) ?? [],
      mode,
      ...how,
      appealWindowS: appealMs === undefined ? undefined : appealMs / 1_000,
      nowS: clock.now() / 1_000,
    })
    if (does === 'nothing') return null
    const message = sayListings(NAMES[party.kind], listings)
    if (does === 'exclude') return { code: 'LISTED', message }
    if (told.size < MAX_TOLD && !told.has(keyOf(party))) {
      told.add(keyOf(party))
      logger.warn({ kind: party.kind, party: party.id }, `${message} It is worked with nevertheless.`)
    }
    return null
  }

  return {
    listingsOf: (kind, id) => said.get(keyOf({ kind, id })) ?? [],
    declineApp: (app, { isHired }) => {
      const how = { isAllowed: isAllowedApp(app, policy()), isHired }
      return (
        decline({ kind: 'application', id: app.manifestCid }, how) ??
        decline({ kind: 'author', id: app.manifest.author }, how)
      )
    },
    lists: () =>
      followed().map((owner) => {
        const { listings = [], readAtMs = null, problem = null } = known.get(owner) ?? {}
        return { owner, entries: listings.length, readAtMs, problem }
      }),
    refresh: inTurn,
    start: () => {
      if (isStarted) return
      isStarted = true
      const run = async () => {
        for (;;) {
          await inTurn()
          await clock.sleep(REFRESH_MS, { signal: stopping.signal })
        }
      }
      run().catch(() => undefined)
    },
    stop: () => stopping.abort(),
  }
}

const keyOf = ({ kind, id }: Party): string => `${kind}/${id}`
