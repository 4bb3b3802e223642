/** A usual line, 100 Mbit/s, by which inputs come to a provider. */
const LINE_BYTES_PER_MS = 12_500

export type Inputs = {
  bytes: number
  /** The provider says, or has shown, that they are there. */
  isHeld: boolean
  /** Since when it has had something that needs them; null where it has nothing yet. */
  wantedSinceMs: number | null
}

/** How long a provider will still fetch before it can begin: nothing where it holds the inputs (locality). */
export function fetchLeftMs(nowMs: number, { bytes, isHeld, wantedSinceMs }: Inputs): number {
  if (isHeld) return 0
  return Math.max(0, bytes / LINE_BYTES_PER_MS - (wantedSinceMs === null ? 0 : nowMs - wantedSinceMs))
}
