import {
  beginLookup,
  createRoutingTable,
  createShardBook,
  cutsOf,
  type DirectoryNode,
  found,
  isJoined,
  type Lookup,
  levelsOf,
  mayJoin,
  noteAnswer,
  noteAsked,
  noteFailed,
  shardOf,
  toAsk,
  usualDepth,
} from '@golem/market'
import type { Peer } from '@golem/ports'
import {
  type Address,
  type Cid,
  type DirectoryReply,
  type DirectoryRequest,
  MAX_DEPTH,
  MAX_MEMBERS,
  MAX_NODES,
  type Membership,
  type MembershipBody,
  type PeerContact,
  type Place,
  placeOfMember,
  placeOfMembership,
  placeOfPeer,
  placeOfShard,
} from '@golem/protocol'

/** Nodes that keep a shard: so many may leave at once, but one, and it is still known. */
export const SHARD_HOLDERS = 4
/** Of these, so many are asked: one that hides members is made up for by another. */
const READ_HOLDERS = 2
/** Questions of one search that are on their way at once. */
const PARALLEL = 3
/** Nodes nearest to itself that a node looks for when it joins. */
const NEIGHBOURS = 8
/** Steps in which a depth is fitted; growth by a thousand takes two. */
const MAX_FITS = 4

export type DirectoryNodeComponents = {
  self: { peerId: string }
  /** This node's own contact, at this moment. */
  contact: () => PeerContact
  now: () => number
  /** @throws whatever keeps the peer from answering; it is then left out */
  ask: (to: PeerContact, request: DirectoryRequest, signal: AbortSignal) => Promise<DirectoryReply>
}

/** One node's part of the directory: what it keeps for others, and its ways to find what others keep. No timers. */
export type DirectoryNodeCore = {
  handle(from: Peer, request: DirectoryRequest): DirectoryReply
  learn(contact: PeerContact): void
  has(peerId: string): boolean
  /** Gets to know nodes near this one, and is known to them. */
  join(signal: AbortSignal): Promise<void>
  /** Makes this node known as one that lends an application; `depth` is what the last round ended with. */
  announce(options: AnnounceOptions): Promise<{ depth: number }>
  /** Who keeps the lists that a member of this depth shows in, as far as is known here. */
  holdersOf(member: { manifest: Cid; provider: Address; depth: number }): string[]
  /** Takes back what was announced at this depth. */
  withdraw(options: AnnounceOptions & { depth: number }): Promise<void>
  /** Members of one shard, nearest to `near` first; from all holders that answer. */
  members(shard: { manifest: Cid; level: number; near: Place }, signal: AbortSignal): Promise<Membership[]>
  /** How deep the application's shards are cut; 0 where nobody is known. */
  depthOf(manifest: Cid, near: Place, signal: AbortSignal): Promise<number>
  readonly size: number
}
export type AnnounceOptions = {
  manifest: Cid
  depth: number | null
  /** A membership that has expired takes the one before back. */
  sign: (change: Pick<MembershipBody, 'contact' | 'depth' | 'manifest'>, options: { expired: boolean }) => Membership
  signal: AbortSignal
}

const holdersPlace = (manifest: Cid, level: number, near: Place): Place =>
  placeOfShard(manifest, level, shardOf(near, level))

export function createDirectoryNode({ self, contact, now, ask }: DirectoryNodeComponents): DirectoryNodeCore {
  const table = createRoutingTable(self)
  const book = createShardBook()
  const here = placeOfPeer(self.peerId)

  const contactsNear = (place: Place, except: string): PeerContact[] => {
    const contacts: PeerContact[] = []
    for (const { contact } of table.closest(place, MAX_NODES)) if (contact.peerId !== except) contacts.push(contact)
    return contacts
  }
  const reply = (nodes: PeerContact[], found: Partial<DirectoryReply> = {}): DirectoryReply => ({
    ...{ contact: contact(), nodes, population: 0, members: [] },
    ...found,
  })

  const handle = (from: Peer, request: DirectoryRequest): DirectoryReply => {
    if (request.contact.peerId === from.peerId) table.learn(request.contact)
    if (request.type === 'find') return reply(contactsNear(request.near, from.peerId))
    if (request.type === 'announce') {
      const { level, membership } = request
      const { manifest, provider } = membership.body
      const near = placeOfMembership(membership)
      // Each speaks for itself alone; that needs no signature, because the connection proves who speaks.
      const isOwn = provider === from.address && membership.body.contact.peerId === from.peerId
      const population = isOwn ? book.put(level, membership, now()) : 0
      return reply(contactsNear(holdersPlace(manifest, level, near), from.peerId), { population })
    }
    const { manifest, level, near, count } = request
    const shard = book.read({ manifest, level, near }, { count, nowMs: now() })
    return reply(contactsNear(holdersPlace(manifest, level, near), from.peerId), shard)
  }

  /** Asks the nodes nearest to a place, and on the way those that lead there. */
  const search = async (
    target: Place,
    { request, wanted, signal }: { request: DirectoryRequest; wanted: number; signal: AbortSignal },
  ): Promise<{ nodes: DirectoryNode[]; replies: Map<string, DirectoryReply> }> => {
    const lookup = beginLookup(target, table.closest(target, MAX_NODES), wanted)
    const replies = new Map<string, DirectoryReply>()
    const running = new Map<string, Promise<void>>()
    for (;;) {
      signal.throwIfAborted()
      for (const { contact: to } of toAsk(lookup, PARALLEL - running.size)) {
        noteAsked(lookup, to.peerId)
        const asking = askOne(lookup, to, request, signal).then((answer) => {
          if (answer) replies.set(to.peerId, answer)
          running.delete(to.peerId)
        })
        running.set(to.peerId, asking)
      }
      if (running.size === 0) return { nodes: found(lookup), replies }
      await Promise.race(running.values())
    }
  }
  const askOne = async (lookup: Lookup, to: PeerContact, request: DirectoryRequest, signal: AbortSignal) => {
    try {
      const answer = await ask(to, request, signal)
      if (answer.contact.peerId === to.peerId) table.learn(answer.contact)
      const others = answer.nodes.filter(({ peerId }) => peerId !== self.peerId)
      noteAnswer(lookup, to.peerId, others)
      return answer
    } catch {
      noteFailed(lookup, to.peerId)
      table.forget(to.peerId)
      return null
    }
  }

  /** Says it to the holders of a level, and hears how many that level stands for. */
  const announceAt = async (level: number, membership: Membership, signal: AbortSignal): Promise<number> => {
    const { manifest } = membership.body
    const near = placeOfMembership(membership)
    const target = holdersPlace(manifest, level, near)
    const request = { type: 'announce', contact: contact(), level, membership } as const
    const { nodes, replies } = await search(target, { request, wanted: SHARD_HOLDERS, signal })
    // Whoever is among the nearest keeps the list too.
    const own = isHolder(target, nodes) ? book.put(level, membership, now()) : 0
    const told = nodes.map((node) => replies.get(node.contact.peerId)?.population ?? 0)
    return median([...told, ...(own > 0 ? [own] : [])])
  }
  const isHolder = (target: Place, nodes: readonly DirectoryNode[]): boolean => {
    const last = nodes[SHARD_HOLDERS - 1]
    return last === undefined || (here ^ target) < (last.place ^ target)
  }

  const read = async (
    shard: { manifest: Cid; level: number; near: Place },
    signal: AbortSignal,
  ): Promise<Membership[]> => {
    const { manifest, level, near } = shard
    const target = holdersPlace(manifest, level, near)
    const request = { type: 'members', contact: contact(), count: MAX_MEMBERS, ...shard } as const
    const { nodes, replies } = await search(target, { request, wanted: READ_HOLDERS, signal })
    const found = new Map<string, Membership>()
    const lists = nodes.map((node) => replies.get(node.contact.peerId)?.members ?? [])
    if (isHolder(target, nodes)) lists.push(book.read(shard, { count: MAX_MEMBERS, nowMs: now() }).members)
    for (const membership of lists.flat()) {
      const { provider, expiresAtMs, issuedAtMs } = membership.body
      const isOfShard =
        membership.body.manifest === manifest && shardOf(placeOfMembership(membership), level) === shardOf(near, level)
      const older = found.get(provider)
      if (!isOfShard || expiresAtMs <= now() || (older && older.body.issuedAtMs >= issuedAtMs)) continue
      found.set(provider, membership)
    }
    return [...found.values()]
  }
  const populationAt = async (shard: { manifest: Cid; level: number; near: Place }, signal: AbortSignal) => {
    const target = holdersPlace(shard.manifest, shard.level, shard.near)
    const request = { type: 'members', contact: contact(), count: 1, ...shard } as const
    const { nodes, replies } = await search(target, { request, wanted: READ_HOLDERS, signal })
    return Math.max(0, ...nodes.map((node) => replies.get(node.contact.peerId)?.population ?? 0))
  }
  const depthOf = async (manifest: Cid, near: Place, signal: AbortSignal): Promise<number> => {
    const sample = await read({ manifest, level: 0, near }, signal)
    return usualDepth(sample.map(({ body }) => body.depth))
  }

  return {
    handle,
    learn: (node) => table.learn(node),
    has: (peerId) => table.has(peerId),
    async join(signal) {
      const request = { type: 'find', contact: contact(), near: here } as const
      await search(here, { request, wanted: NEIGHBOURS, signal })
    },
    async announce({ manifest, depth: before, sign, signal }) {
      const signed = (depth: number, expired = false) => sign({ manifest, depth, contact: contact() }, { expired })
      const near = placeOfMember(manifest, signed(0).body.provider)
      let depth = before ?? (await depthOf(manifest, near, signal))
      const shown = new Set(before === null ? [] : levelsOf(near, before))
      for (let fits = 0; fits < MAX_FITS; fits += 1) {
        shown.add(depth)
        const population = await announceAt(depth, signed(depth), signal)
        const cuts = cutsOf(population)
        if (cuts > 0) depth = Math.min(MAX_DEPTH, depth + cuts)
        else if (
          mayJoin(depth, population) &&
          isJoined(await populationAt({ manifest, level: depth - 1, near }, signal))
        )
          depth -= 1
        else break
      }
      const [, ...above] = levelsOf(near, depth)
      for (const level of above) await announceAt(level, signed(depth), signal)
      // Where it does not belong any more, it would tell of a depth that is none.
      for (const level of [depth, ...above]) shown.delete(level)
      for (const level of shown) await announceAt(level, signed(depth, true), signal)
      return { depth }
    },
    holdersOf({ manifest, provider, depth }) {
      const near = placeOfMember(manifest, provider)
      return levelsOf(near, depth)
        .flatMap((level) => table.closest(holdersPlace(manifest, level, near), SHARD_HOLDERS))
        .map((node) => node.contact.peerId)
    },
    async withdraw({ manifest, depth, sign, signal }) {
      const gone = sign({ manifest, depth, contact: contact() }, { expired: true })
      for (const level of levelsOf(placeOfMember(manifest, gone.body.provider), depth))
        await announceAt(level, gone, signal)
    },
    members: read,
    depthOf,
    get size() {
      return table.size
    },
  }
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
