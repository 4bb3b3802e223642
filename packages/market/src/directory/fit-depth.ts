import type { Place } from '@golem/protocol'

/** Members that a shard is cut for. */
export const SHARD_MEMBERS = 64

/** A shard that stands for more than twice what it is meant for is cut; its members go so much deeper. */
export function cutsOf(population: number): number {
  const tooMany = population / (2 * SHARD_MEMBERS)
  return tooMany > 1 ? Math.ceil(Math.log2(tooMany)) : 0
}

/** Whether a shard may be one half of one that is joined again: then it is asked how many the whole stands for. */
export const mayJoin = (depth: number, population: number): boolean => depth > 0 && population < SHARD_MEMBERS / 2

/**
 * Whether two halves are joined again, by how many both stand for. So few that a shard just cut is far from it; and
 * while others have not yet come down, whoever came first stays.
 */
export const isJoined = (wholePopulation: number): boolean => wholePopulation < SHARD_MEMBERS

/**
 * Levels at which a member of some depth announces itself: its own, and above it as a sample. Of a shard's members one
 * in two shows in the level above, one in four in the next: each level has about as many as any, so that whoever knows
 * nothing learns from the topmost how deep the others are. Twice the messages of the lowest level, in all.
 */
export function levelsOf(place: Place, depth: number): number[] {
  const levels = [depth]
  for (let level = depth - 1; level >= 0; level -= 1) {
    if ((place & ((1n << BigInt(depth - level)) - 1n)) !== 0n) break
    levels.push(level)
  }
  return levels
}

/** How many members those who show at a level stand for. */
export const populationOf = (depths: Iterable<number>, level: number): number => {
  let sum = 0
  for (const depth of depths) sum += 2 ** Math.max(0, depth - level)
  return sum
}

/** The depth that most of a sample tell of, so that no few can lead a requestor astray; 0 where there is nobody. */
export function usualDepth(depths: readonly number[]): number {
  const sorted = [...depths].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
