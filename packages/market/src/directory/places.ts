import type { Place } from '@golem/protocol'

const BITS = 64
const HALF_BITS = 32
const LOW_HALF = (1n << 32n) - 1n

/** By how much two places differ; smaller is nearer. */
export const distance = (a: Place, b: Place): Place => a ^ b

/** Bits that two places have in common, from the highest on. */
export function commonBits(a: Place, b: Place): number {
  const apart = a ^ b
  const high = Number(apart >> 32n)
  return high === 0 ? HALF_BITS + Math.clz32(Number(apart & LOW_HALF)) : Math.clz32(high)
}

/** The shard of a place, as the first `level` bits of it; equal for all its members. */
export const shardOf = (of: Place, level: number): Place => of >> BigInt(BITS - level)

/** A place in each shard of a level, nearest to `from` first: in the order in which a demand is widened. */
export function* shardsAround(from: Place, level: number): Generator<Place> {
  const shift = BigInt(BITS - level)
  for (let step = 0n; step < 1n << BigInt(level); step += 1n) yield from ^ (step << shift)
}

/** Sorted copy, nearest first, at most `count`. */
export function nearest<T>(items: Iterable<T>, to: Place, count: number, placeOf: (item: T) => Place): T[] {
  const ranked = Array.from(items, (item) => ({ item, away: placeOf(item) ^ to }))
  ranked.sort((a, b) => (a.away < b.away ? -1 : a.away > b.away ? 1 : 0))
  return ranked.slice(0, count).map(({ item }) => item)
}
