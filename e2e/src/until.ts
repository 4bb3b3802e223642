import { setTimeout as sleep } from 'node:timers/promises'

const EVERY_MS = 40
const TIMEOUT_MS = 60_000

/**
 * Asks again until there is an answer other than null, undefined and false: for what other processes do.
 *
 * @throws {Error} naming what did not come, and what was seen last
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(EVERY_MS)) {
    const found = await ask()
    if (found !== null && found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1_000} s`)
  }
}
