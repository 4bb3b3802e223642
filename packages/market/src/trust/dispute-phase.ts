/** As the contract has it (`Disputes.phaseOf`). */
export type DisputePhase = 'drawing' | 'committing' | 'revealing' | 'appealing' | 'due' | 'finished'

/** Appeals go no further than this many panels. */
export const MAX_ROUNDS = 3

export type PhaseInput = {
  dispute: { round: number; startedAtS: number; drawnAtS: number | null; verdict: unknown }
  terms: { drawS: number; commitS: number; revealS: number; appealS: number }
  nowS: number
}

/** Where a dispute stands, and until when; null where only an act ends it. */
export function disputePhase({ dispute, terms, nowS }: PhaseInput): { phase: DisputePhase; untilS: number | null } {
  const { round, startedAtS, drawnAtS, verdict } = dispute
  if (verdict !== null) return { phase: 'finished', untilS: null }
  if (drawnAtS === null) {
    const untilS = startedAtS + terms.drawS
    return nowS < untilS ? { phase: 'drawing', untilS } : { phase: 'due', untilS: null }
  }
  const ends = [
    ['committing', drawnAtS + terms.commitS],
    ['revealing', drawnAtS + terms.commitS + terms.revealS],
    ['appealing', drawnAtS + terms.commitS + terms.revealS + terms.appealS],
  ] as const
  for (const [phase, untilS] of ends) {
    if (phase === 'appealing' && round + 1 >= MAX_ROUNDS) continue
    if (nowS < untilS) return { phase, untilS }
  }
  return { phase: 'due', untilS: null }
}
