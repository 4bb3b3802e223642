/** Gets something done once; what it takes is measured by itself or by the caller. */
export type Contestant = () => Promise<number>

/**
 * Measures contestants in turn, so that a machine that grows busier or hotter is unfair to none: each round starts with
 * the next one.
 *
 * @returns each contestant's median
 */
export async function inTurn<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  { rounds, note }: { rounds: number; note: (line: string) => void },
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[]
  const values = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [place] of names.entries()) {
      const name = names[(place + round) % names.length] as Name
      const value = await contestants[name]()
      values.get(name)?.push(value)
      note(`round ${round + 1} of ${rounds}, ${name}: ${value.toPrecision(4)}`)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<Name, number>
}

/** Of an even number the mean of the middle two. @throws {RangeError} for nothing at all */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (low === undefined || high === undefined) throw new RangeError('no values to take the median of')
  return (low + high) / 2
}
