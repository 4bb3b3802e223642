import type { Store } from '@golem/ports'
import { z } from 'zod'

const HOUR_MS = 3_600_000
/** Of each hour of a year. */
const MAX_HOURS = 366 * 24
const PREFIX = 'earnings-of/'
const TOTAL = 'earnings-seen'
/** What came is looked for this often. */
const LOOK_MS = 20_000

const wei = z.string().regex(/^\d+$/)

/** What lending brought hour by hour, for people; vouchers say how much, and this only when. */
export type EarningsRecord = {
  /** Oldest first; hours without any are left out. */
  hours(): { fromMs: number; earnedWei: string }[]
  /** Writes down what came since. */
  look(): void
  stop(): void
}

type Components = { store: Store; earnedWei: () => bigint; now: () => number }

export function createEarningsRecord({ store, earnedWei, now }: Components): EarningsRecord {
  const look = () => {
    const seen = BigInt(wei.safeParse(store.get(TOTAL)).data ?? '0')
    const total = earnedWei()
    if (total <= seen) return
    // Sorted as text, too.
    const key = PREFIX + String(Math.floor(now() / HOUR_MS)).padStart(10, '0')
    const before = BigInt(wei.safeParse(store.get(key)).data ?? '0')
    const old = store.list(PREFIX)
    store.commit([
      ...old.slice(0, Math.max(0, old.length - MAX_HOURS)).map((entry) => ({ remove: entry.key })),
      { put: key, value: (before + total - seen).toString() },
      { put: TOTAL, value: total.toString() },
    ])
  }
  const timer = setInterval(look, LOOK_MS)
  timer.unref()
  return {
    hours: () =>
      store.list(PREFIX).map(({ key, value }) => ({
        fromMs: Number(key.slice(PREFIX.length)) * HOUR_MS,
        earnedWei: wei.parse(value),
      })),
    look,
    stop: () => clearInterval(timer),
  }
}
