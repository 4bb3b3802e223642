/** A peer that relays for others. */
export type RelayInSight = {
  peerId: string
  /** Since when it is connected: old acquaintances leave seldom. */
  connectedAtMs: number
  /** It refused, or was lost; not before then it is asked again. */
  notBeforeMs: number
}

/** Which relays to ask for a reservation now, until `wanted` are held. */
export function chooseRelays(
  inSight: readonly RelayInSight[],
  held: ReadonlySet<string>,
  { wanted, nowMs }: { wanted: number; nowMs: number },
): string[] {
  return inSight
    .filter(({ peerId, notBeforeMs }) => !held.has(peerId) && notBeforeMs <= nowMs)
    .toSorted((a, b) => a.connectedAtMs - b.connectedAtMs)
    .slice(0, Math.max(0, wanted - held.size))
    .map(({ peerId }) => peerId)
}
