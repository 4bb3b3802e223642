export type Counters = {
  atMs: number
  /** CPU time of the whole machine that was not idle, and the part of it that is Golem's. */
  busyMs: number
  ownMs: number
}

/** Long enough that a tick of the kernel's clock is nothing, short enough that somebody is noticed. */
const WINDOW_MS = 4_000

/** Cores that everything but Golem kept busy over the last seconds, from counters that only grow. */
export function createLoadMeter(): { otherCores(now: Counters): number } {
  const seen: Counters[] = []
  return {
    otherCores: (now) => {
      // The oldest one that is still needed lies just outside the window.
      while (seen[1] !== undefined && now.atMs - seen[1].atMs >= WINDOW_MS) seen.shift()
      const [before] = seen
      seen.push(now)
      if (before === undefined || now.atMs <= before.atMs) return 0
      const otherMs = now.busyMs - before.busyMs - (now.ownMs - before.ownMs)
      return Math.max(0, otherMs / (now.atMs - before.atMs))
    },
  }
}
