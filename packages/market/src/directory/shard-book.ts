import { type Cid, type Membership, type Place, placeOfMembership } from '@golem/protocol'
import { populationOf } from './fit-depth.ts'
import { nearest, shardOf } from './places.ts'

/** Shards that one node keeps; the one that was added to longest ago is forgotten first. */
export const MAX_SHARDS = 4_096
/** Members kept of a shard. Four times as many as it is cut for: who is told of so many cuts it deeper. */
export const MAX_SHARD_MEMBERS = 256
/** No membership is kept for longer, whatever it says. */
export const MAX_MEMBERSHIP_MS = 30 * 60_000

export type ShardName = { manifest: Cid; level: number; near: Place }

/** The members that a node keeps for others. Pure. */
export type ShardBook = {
  /** @returns how many the shard stands for now */
  put(level: number, membership: Membership, nowMs: number): number
  /** Members of a shard, nearest to `near` first. */
  read(shard: ShardName, options: { count: number; nowMs: number }): { members: Membership[]; population: number }
  readonly size: number
}

type Kept = { membership: Membership; place: Place; untilMs: number }
type Shard = { level: number; members: Map<string, Kept>; population: number; lookedMs: number }

/** Members that have expired are looked for this often, and whenever a shard is read. */
const LOOK_MS = 10_000

export function createShardBook(): ShardBook {
  const shards = new Map<string, Shard>()
  const keyOf = ({ manifest, level, near }: ShardName) => `${manifest}/${level}/${shardOf(near, level)}`
  const standsFor = ({ membership }: Kept, level: number) => populationOf([membership.body.depth], level)
  const drop = (shard: Shard, provider: string) => {
    const kept = shard.members.get(provider)
    if (!kept) return
    shard.members.delete(provider)
    shard.population -= standsFor(kept, shard.level)
  }
  const dropExpired = (shard: Shard, nowMs: number) => {
    shard.lookedMs = nowMs
    for (const [provider, { untilMs }] of shard.members) if (untilMs <= nowMs) drop(shard, provider)
  }

  return {
    put(level, membership, nowMs) {
      const { manifest, provider, expiresAtMs } = membership.body
      const place = placeOfMembership(membership)
      const key = keyOf({ manifest, level, near: place })
      const shard = shards.get(key) ?? { level, members: new Map(), population: 0, lookedMs: nowMs }
      shards.delete(key)
      shards.set(key, shard)
      if (shards.size > MAX_SHARDS) shards.delete(shards.keys().next().value as string)
      // Said last is kept last: where there is no more room, the longest silent goes.
      drop(shard, provider)
      const untilMs = Math.min(expiresAtMs, nowMs + MAX_MEMBERSHIP_MS)
      if (untilMs > nowMs) {
        const kept = { membership, place, untilMs }
        shard.members.set(provider, kept)
        shard.population += standsFor(kept, level)
      }
      if (nowMs - shard.lookedMs >= LOOK_MS) dropExpired(shard, nowMs)
      if (shard.members.size > MAX_SHARD_MEMBERS) drop(shard, shard.members.keys().next().value as string)
      return shard.population
    },
    read({ manifest, level, near }, { count, nowMs }) {
      const shard = shards.get(keyOf({ manifest, level, near }))
      if (!shard) return { members: [], population: 0 }
      dropExpired(shard, nowMs)
      const members = nearest(shard.members.values(), near, count, ({ place }) => place)
      return { members: members.map(({ membership }) => membership), population: shard.population }
    },
    get size() {
      return shards.size
    },
  }
}
