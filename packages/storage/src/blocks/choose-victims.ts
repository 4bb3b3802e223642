export type Candidate = { key: string; sizeBytes: number; lastUsedMs: number }

/**
 * Which blocks go so that `freeBytes` become free: those unused for longest, none that is kept. Empty where even all of
 * them would not do.
 */
export function chooseVictims(
  candidates: Iterable<Candidate>,
  { freeBytes, atLeastBytes, kept }: { freeBytes: number; atLeastBytes: number; kept: (key: string) => boolean },
): Candidate[] {
  const victims: Candidate[] = []
  let sumBytes = 0
  for (const candidate of [...candidates].sort((a, b) => a.lastUsedMs - b.lastUsedMs)) {
    if (sumBytes >= freeBytes) break
    if (kept(candidate.key)) continue
    victims.push(candidate)
    sumBytes += candidate.sizeBytes
  }
  return sumBytes >= atLeastBytes ? victims : []
}
