/**
 * Whose streams to break off so that no peer holds more than `each`, nor all together more than `all`: the heaviest.
 *
 * @param held bytes by peer
 */
export function chooseHeaviest(held: ReadonlyMap<string, number>, limits: { each: number; all: number }): string[] {
  let sum = held.values().reduce((total, bytes) => total + bytes, 0)
  const chosen: string[] = []
  for (const [peerId, bytes] of [...held].sort((a, b) => b[1] - a[1])) {
    if (bytes <= limits.each && sum <= limits.all) break
    chosen.push(peerId)
    sum -= bytes
  }
  return chosen
}
