/** Who a sandboxed program is: `uid` (and gid) inside, and whose ids those are outside. */
export type Identity = {
  uid: number
  mappings: readonly { inside: number; outside: number }[]
  /** Who owns on the host what the program writes; null where that is the daemon's own user. */
  owner: number | null
}

/** Above the ranges that distributions hand to users (/etc/subuid) and systemd to its containers. */
const FIRST = 0x7000_0000
const PAIRS = 0x10_0000

/**
 * As root: two ids that own nothing on the host, drawn anew for every run, so that neither files nor the kernel's
 * per-user quotas are shared between two strangers. `draw` is a number in [0, 1).
 *
 * Otherwise: the only id an ordinary user may map is its own.
 */
export function identityFor(user: 'root' | 'ordinary', draw: number): Identity {
  if (user === 'ordinary') return { uid: 0, mappings: [{ inside: 0, outside: 0 }], owner: null }
  const root = FIRST + 2 * Math.floor(draw * PAIRS)
  return {
    uid: 1_000,
    // The runtime sets the file system up as the first; the program runs as the second.
    mappings: [
      { inside: 0, outside: root },
      { inside: 1_000, outside: root + 1 },
    ],
    owner: root + 1,
  }
}
