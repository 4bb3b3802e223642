/** An agreement, as the sharing of cores sees it. */
export type Contender<Id> = {
  id: Id
  /** Subtasks that could start now. */
  ready: number
  running: number
  /** Core time it has had, the running subtasks' included. */
  coreMs: number
}

/**
 * Whose subtask gets the free core: who holds the fewest cores, of equals who had the least core time, of equals who
 * came first.
 */
export function nextAssignment<Id>(contenders: readonly Contender<Id>[]): Id | null {
  let best: Contender<Id> | null = null
  for (const each of contenders) {
    if (each.ready === 0) continue
    if (best === null || each.running < best.running || (each.running === best.running && each.coreMs < best.coreMs))
      best = each
  }
  return best?.id ?? null
}

/**
 * The core time that counts for an agreement which begins to contend, or does so again after a pause: nobody saves up
 * turns while it had nothing to do.
 */
export function joiningCoreMs(ownMs: number, active: readonly Pick<Contender<unknown>, 'coreMs'>[]): number {
  return active.length === 0 ? ownMs : Math.max(ownMs, Math.min(...active.map((each) => each.coreMs)))
}
