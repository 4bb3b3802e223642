import type { Clock } from '../clock.ts'

/** A clock that only moves when told to. */
export type MemoryClock = Clock & {
  /** Moves time on and wakes, in their order, those whose time has come, and those they begin to wait for on the way. */
  advance(ms: number): Promise<void>
  /** How many sleep now. */
  sleepers(): number
}

type Sleeper = { dueMs: number; order: number; wake: () => void }

/**
 * Time by hand, for tests and simulations.
 *
 * @param settled lets everything run that is ready, before time moves on
 * @example
 * const clock = memoryClock()
 * const late = clock.sleep(1_000)
 * await clock.advance(1_000)
 * await late
 */
export function memoryClock(startMs = 1_700_000_000_000, settled = afterTimers): MemoryClock {
  const sleepers = new Set<Sleeper>()
  let nowMs = startMs
  let order = 0

  const nextDue = (untilMs: number): Sleeper | undefined =>
    [...sleepers].filter((each) => each.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0]

  return {
    now: () => nowMs,
    sleepers: () => sleepers.size,
    sleep: (ms, { signal } = {}) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const sleeper: Sleeper = {
          dueMs: nowMs + Math.max(0, ms),
          order: order++,
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        const onAbort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        sleepers.add(sleeper)
      }),
    advance: async (ms) => {
      const untilMs = nowMs + ms
      for (;;) {
        await settled()
        const due = nextDue(untilMs)
        if (due === undefined) break
        nowMs = Math.max(nowMs, due.dueMs)
        due.wake()
      }
      nowMs = untilMs
    },
  }
}

/** Timers of 0 ms included, so that a woken sleeper can sleep again. */
const afterTimers = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
