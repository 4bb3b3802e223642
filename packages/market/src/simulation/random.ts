/** Uniform in 0 <= n < 1. */
export type Random = () => number

/** Chance that can be repeated: the same seed, the same numbers (sfc32, of the PractRand suite). */
export function randomFrom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, (seed ^ 0xdeadbeef) | 0]
  const next = (): number => {
    const mixed = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + mixed
    return (mixed >>> 0) / 2 ** 32
  }
  for (let warm = 0; warm < 15; warm += 1) next()
  return next
}

/** Shuffled in place. */
export function shuffled<T>(items: T[], random: Random): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const [kept, moved] = [items[last] as T, items[other] as T]
    items[last] = moved
    items[other] = kept
  }
  return items
}
