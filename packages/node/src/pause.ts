import { setTimeout } from 'node:timers/promises'

/** Ends early where the signal says so, and then as well as otherwise. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined)
