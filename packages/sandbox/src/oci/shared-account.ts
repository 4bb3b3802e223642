/** What several sandboxes hold together, of the disk or of memory. */
export type SharedAccount = {
  /** Says what one holds now. @returns what all hold, where that is too much and this one holds the most of it; or null */
  hold(id: string, bytes: number): { allowed: number; used: number } | null
  release(id: string): void
  /** What all may hold. */
  allowed(): number
}

/** @param allowed asked at each look, so that a changed policy counts at once */
export function sharedAccount(allowed: () => number): SharedAccount {
  const held = new Map<string, number>()
  return {
    hold: (id, bytes) => {
      held.set(id, bytes)
      const used = [...held.values()].reduce((sum, each) => sum + each, 0)
      const most = Math.max(...held.values())
      return used > allowed() && bytes === most ? { allowed: allowed(), used } : null
    },
    release: (id) => held.delete(id),
    allowed,
  }
}
