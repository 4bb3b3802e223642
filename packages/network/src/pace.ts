export type Pace = { readonly perS: number; readonly burst: number }

/**
 * Says how long each key has to wait so that it does no more than it may: what came too early is borrowed from the time
 * to come. The least recently used key is forgotten when there are too many.
 *
 * @returns milliseconds to hold the key back after `count` more
 */
export function createPace(
  pace: Pace,
  options: { maxKeys: number; now: () => number },
): (key: string, count: number) => number {
  const accounts = new Map<string, { left: number; atMs: number }>()
  return (key, count) => {
    const nowMs = options.now()
    const account = accounts.get(key) ?? { left: pace.burst, atMs: nowMs }
    account.left = Math.min(pace.burst, account.left + ((nowMs - account.atMs) / 1_000) * pace.perS) - count
    account.atMs = nowMs
    accounts.delete(key)
    const oldest = accounts.keys().next()
    if (accounts.size >= options.maxKeys && !oldest.done) accounts.delete(oldest.value)
    accounts.set(key, account)
    return Math.max(0, (-account.left / pace.perS) * 1_000)
  }
}
