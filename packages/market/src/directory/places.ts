import type { Place } from '@golem/protocol'

const BITS = 64

/** By how much two places differ; smaller is nearer. */
export const distance = (a: Place, b: Place): Place => a ^ b

/** Bits that two places have in common, from the highest on. */
export const commonBits = (a: Place, b: Place): number => (a === b ? BITS : BITS - (a ^ b).toString(2).length)

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
