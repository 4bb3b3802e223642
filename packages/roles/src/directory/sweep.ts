import { nearest, shardsAround } from '@golem/market'
import { type Cid, MAX_DEPTH, type Membership, type Place, placeOfMember } from '@golem/protocol'
import type { DirectoryNodeCore } from './directory-node.ts'

/** Shards that one demand is widened to; at 64 members each, more than any job can hire. */
const MAX_SHARDS_ASKED = 64

/** The providers that a demand draws, nearest to it first, its own shard before the next. */
export type Sweep = {
  /** Members not drawn before, at most `count`; fewer where shards are exhausted. */
  next(count: number, signal: AbortSignal): Promise<Membership[]>
  /** From the beginning, as if nobody had been drawn: who was missed, came later or lost the question is asked again. */
  restart(): void
}

type Shard = { level: number; near: Place }

export function createSweep(
  directory: Pick<DirectoryNodeCore, 'members' | 'depthOf'>,
  { manifest, near }: { manifest: Cid; near: Place },
): Sweep {
  let drawn = new Set<string>()
  let waiting: Membership[] = []
  /** Shards still to be read: those of one level in the order of widening, and before them the halves of one that was cut. */
  let ahead: Iterator<Shard> | null = null
  let halves: Shard[] = []
  let asked = 0

  const nextShard = async (signal: AbortSignal): Promise<Shard | null> => {
    // Shards of one level are not all cut equally deep: beginning a level above, both kinds are met.
    ahead ??= shardsOf(near, Math.max(0, (await directory.depthOf(manifest, near, signal)) - 1))
    const half = halves.shift()
    if (half) return half
    const step = ahead.next()
    return step.done ? null : step.value
  }
  const widen = async (signal: AbortSignal): Promise<boolean> => {
    const shard = asked < MAX_SHARDS_ASKED ? await nextShard(signal) : null
    if (shard === null) return false
    asked += 1
    const { level } = shard
    const members = await directory.members({ manifest, ...shard }, signal)
    // Deeper ones show here as a sample; all of them stand in the halves.
    const isCut = level < MAX_DEPTH && members.some(({ body }) => body.depth > level)
    if (isCut) halves.unshift(...halvesOf(shard))
    const fresh = members.filter(({ body }) => body.depth <= level && !drawn.has(body.provider))
    waiting.push(...nearest(fresh, near, fresh.length, ({ body }) => placeOfMember(manifest, body.provider)))
    return true
  }

  return {
    async next(count, signal) {
      while (waiting.length < count && (await widen(signal)));
      const chosen = waiting.slice(0, count)
      waiting = waiting.slice(count)
      for (const { body } of chosen) drawn.add(body.provider)
      return chosen
    },
    restart() {
      drawn = new Set()
      waiting = []
      ahead = null
      halves = []
      asked = 0
    },
  }
}

function* shardsOf(near: Place, level: number): Generator<Shard> {
  for (const each of shardsAround(near, level)) yield { level, near: each }
}

/** Nearer half first: `near` of a shard is the place in it that is nearest to the demand. */
const halvesOf = ({ level, near }: Shard): [Shard, Shard] => [
  { level: level + 1, near },
  { level: level + 1, near: near ^ (1n << BigInt(63 - level)) },
]
