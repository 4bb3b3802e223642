import {
  asCid,
  MAX_DEPTH,
  type Membership,
  newPrivateKey,
  type PeerContact,
  type Place,
  placeOfMember,
  placeOfPeer,
  signerFromKey,
  signMembership,
} from '@golem/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BUCKET_NODES,
  beginLookup,
  commonBits,
  createRoutingTable,
  createShardBook,
  cutsOf,
  found,
  isJoined,
  levelsOf,
  MAX_MEMBERSHIP_MS,
  MAX_SHARD_MEMBERS,
  MAX_SHARDS,
  mayJoin,
  nearest,
  noteAnswer,
  noteAsked,
  noteFailed,
  populationOf,
  SHARD_MEMBERS,
  shardOf,
  shardsAround,
  toAsk,
  usualDepth,
} from './index.ts'

const place = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
const contactOf = (name: number | string): PeerContact => ({
  peerId: `peer-${name}`,
  addresses: [`/memory/peer-${name}`],
})
const MANIFEST = asCid(`bafkrei${'d'.repeat(52)}`)

describe('places', () => {
  it('has all places of a shard share its first bits, and no others', () => {
    fc.assert(
      fc.property(place, place, fc.integer({ min: 0, max: MAX_DEPTH }), (a, b, level) => {
        expect(shardOf(a, level) === shardOf(b, level)).toBe(commonBits(a, b) >= level)
      }),
    )
  })

  it('widens to each shard of a level once, nearer ones first', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: 6 }), (from, level) => {
        const shards = [...shardsAround(from, level)].map((each) => shardOf(each, level))
        expect(new Set(shards).size).toBe(2 ** level)
        expect(shards[0]).toBe(shardOf(from, level))
        expect(nearest(shards, shardOf(from, level), shards.length, (each) => each)).toEqual(shards)
      }),
    )
  })
})

describe('the depth of shards', () => {
  it('cuts a shard of more than twice what it is meant for, and joins halves of less than one', () => {
    expect(cutsOf(2 * SHARD_MEMBERS)).toBe(0)
    expect(cutsOf(2 * SHARD_MEMBERS + 1)).toBe(1)
    expect(mayJoin(0, 0)).toBe(false)
    expect(mayJoin(3, SHARD_MEMBERS / 2)).toBe(false)
    expect(mayJoin(3, SHARD_MEMBERS / 2 - 1)).toBe(true)
    expect([isJoined(SHARD_MEMBERS), isJoined(SHARD_MEMBERS - 1)]).toEqual([false, true])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (providers) => {
        const depth = cutsOf(providers)
        const population = providers / 2 ** depth
        expect(cutsOf(population)).toBe(0)
        // Nothing that was cut is joined at once.
        if (depth > 0) expect(isJoined(2 * population)).toBe(false)
      }),
    )
  })

  it('shows about as many members at every level, at twice the messages of the lowest', () => {
    const depth = 8
    const members = Array.from({ length: SHARD_MEMBERS * 2 ** depth }, (_, index) => placeOfPeer(`m${index}`))
    const levels = members.flatMap((member) => levelsOf(member, depth))
    expect(levels.length / members.length).toBeGreaterThan(1.9)
    expect(levels.length / members.length).toBeLessThan(2.1)
    const top = levels.filter((level) => level === 0).length
    expect(top).toBeGreaterThan(SHARD_MEMBERS / 2)
    expect(top).toBeLessThan(SHARD_MEMBERS * 2)
    expect(populationOf(Array(top).fill(depth), 0)).toBe(top * 2 ** depth)
  })

  it('is what most of a sample say, whatever a few claim', () => {
    expect(usualDepth([])).toBe(0)
    expect(usualDepth([5, 5, 5, 20, 0])).toBe(5)
  })
})

describe('a routing table', () => {
  it('names the nearest of those it knows, whatever the target', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), place, fc.integer({ min: 1, max: 20 }), (size, to, count) => {
        const table = createRoutingTable({ peerId: 'self' })
        for (let index = 0; index < size; index += 1) table.learn(contactOf(index))
        const known = Array.from({ length: size }, (_, index) => contactOf(index)).filter(({ peerId }) =>
          table.has(peerId),
        )
        const expected = nearest(known, to, count, ({ peerId }) => placeOfPeer(peerId))
        expect(table.closest(to, count).map(({ contact }) => contact)).toEqual(expected)
      }),
      { numRuns: (2 * (fc.readConfigureGlobal().numRuns ?? 100)) / 5 },
    )
  })

  it('is bounded, keeps who it knew first, takes newer addresses, and forgets', () => {
    const table = createRoutingTable({ peerId: 'self' })
    for (let index = 0; index < 10_000; index += 1) table.learn(contactOf(index))
    expect(table.size).toBeLessThan(16 * BUCKET_NODES)
    expect(table.has('peer-0')).toBe(true)
    table.learn({ peerId: 'peer-0', addresses: ['/memory/new'] })
    expect(table.closest(placeOfPeer('peer-0'), 1)[0]?.contact.addresses).toEqual(['/memory/new'])
    table.forget('peer-0')
    expect(table.has('peer-0')).toBe(false)
    table.learn({ peerId: 'self', addresses: ['/memory/self'] })
    table.learn({ peerId: 'nowhere', addresses: [] })
    expect(table.has('self') || table.has('nowhere')).toBe(false)
  })
})

describe('a lookup', () => {
  /** Nodes that each know some others; every answer names the nearest that it knows. */
  const world = (size: number) => {
    const tables = new Map(
      Array.from({ length: size }, (_, index) => [`peer-${index}`, createRoutingTable(contactOf(index))]),
    )
    for (const table of tables.values()) for (let index = 0; index < size; index += 1) table.learn(contactOf(index))
    return tables
  }
  const run = (target: Place, tables: ReturnType<typeof world>, isDown = (_: string) => false) => {
    const lookup = beginLookup(target, tables.get('peer-0')?.closest(target, 3) ?? [], 4)
    let asked = 0
    for (;;) {
      const [next] = toAsk(lookup, 1)
      if (!next) return { nodes: found(lookup).map(({ contact }) => contact.peerId), asked }
      const { peerId } = next.contact
      noteAsked(lookup, peerId)
      asked += 1
      if (isDown(peerId)) noteFailed(lookup, peerId)
      else
        noteAnswer(
          lookup,
          peerId,
          tables
            .get(peerId)
            ?.closest(target, 16)
            .map(({ contact }) => contact) ?? [],
        )
    }
  }

  it('ends at the nearest nodes, in few steps', () => {
    const tables = world(150)
    for (let index = 0; index < 50; index += 1) {
      const target = placeOfPeer(`target-${index}`)
      const all = Array.from({ length: 150 }, (_, each) => `peer-${each}`)
      const { nodes, asked } = run(target, tables)
      // The seeds' own node is not told of by itself; everybody else is.
      const expected = nearest(all, target, 5, placeOfPeer).filter(
        (peerId) => nodes.includes(peerId) || peerId !== 'peer-0',
      )
      expect(nodes).toEqual(expected.slice(0, 4))
      expect(asked).toBeLessThan(16)
    }
  })

  it('goes round nodes that do not answer, and ends where nobody does', () => {
    const tables = world(100)
    const target = placeOfPeer('target')
    const down = new Set(run(target, tables).nodes.slice(0, 2))
    const { nodes } = run(target, tables, (peerId) => down.has(peerId))
    expect(nodes).toHaveLength(4)
    expect(nodes.filter((peerId) => down.has(peerId))).toEqual([])
    expect(run(target, tables, () => true).nodes).toEqual([])
  })
})

describe('the book of a shard', () => {
  const signer = signerFromKey(newPrivateKey())
  const signature = signMembership(signer, bodyOf(signer.address, 0)).signature
  function bodyOf(provider: string, depth: number, expiresAtMs = 1_000_000) {
    return {
      provider: provider as never,
      manifest: MANIFEST,
      contact: contactOf(provider),
      depth,
      issuedAtMs: 0,
      expiresAtMs,
    }
  }
  const member = (index: number, depth = 0, expiresAtMs?: number): Membership => ({
    body: bodyOf(`0x${index.toString(16).padStart(40, '0')}`, depth, expiresAtMs),
    signature,
  })

  it('names members nearest first, once each, by what they said last, until they expire', () => {
    const book = createShardBook()
    for (let index = 0; index < 50; index += 1) book.put(0, member(index, 0, 1_000), 0)
    expect(book.put(0, member(7, 2, 2_000), 0)).toBe(49 + 4)
    const near = placeOfPeer('somewhere')
    const { members, population } = book.read({ manifest: MANIFEST, level: 0, near }, { count: 10, nowMs: 500 })
    expect(population).toBe(53)
    const away = members.map(({ body }) => placeOfMember(MANIFEST, body.provider) ^ near)
    expect(away).toEqual([...away].sort((a, b) => (a < b ? -1 : 1)))
    expect(book.read({ manifest: MANIFEST, level: 0, near }, { count: 10, nowMs: 1_500 }).members).toEqual([
      member(7, 2, 2_000),
    ])
    expect(book.read({ manifest: MANIFEST, level: 0, near }, { count: 10, nowMs: 2_500 })).toEqual({
      members: [],
      population: 0,
    })
  })

  it('keeps no more members, shards or time than it may, whatever it is told', () => {
    const book = createShardBook()
    for (let index = 0; index < 2 * MAX_SHARD_MEMBERS; index += 1) book.put(0, member(index), 0)
    const shard = { manifest: MANIFEST, level: 0, near: 0n }
    expect(book.read(shard, { count: 1_000, nowMs: 1 }).population).toBe(MAX_SHARD_MEMBERS)
    for (let index = 0; index < 2 * MAX_SHARDS; index += 1) {
      const manifest = asCid(
        `bafkrei${index.toString(10).replaceAll(/[0189]/g, (digit) => 'abcd'['0189'.indexOf(digit)] ?? 'a')}${'e'.repeat(40)}${'abcdefgh'[index % 8]}`,
      )
      book.put(20, { ...member(index), body: { ...member(index).body, manifest } }, 0)
    }
    expect(book.size).toBeLessThanOrEqual(MAX_SHARDS)
    const other = createShardBook()
    other.put(0, member(1, 0, Number.MAX_SAFE_INTEGER), 0)
    expect(other.read(shard, { count: 1, nowMs: MAX_MEMBERSHIP_MS }).members).toEqual([])
  })
})
