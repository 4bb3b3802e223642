export type Rate = { readonly perS: number; readonly burst: number }

/**
 * Token buckets by key. The least recently used key is forgotten when there are too many: it then starts with a full
 * bucket again, so `maxKeys` must be well above the number of honest keys.
 */
export function createRateLimit(rate: Rate, options: { maxKeys: number; now: () => number }): (key: string) => boolean {
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  return (key) => {
    const nowMs = options.now()
    const bucket = buckets.get(key) ?? { tokens: rate.burst, atMs: nowMs }
    bucket.tokens = Math.min(rate.burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * rate.perS)
    bucket.atMs = nowMs
    buckets.delete(key)
    const oldest = buckets.keys().next()
    if (buckets.size >= options.maxKeys && !oldest.done) buckets.delete(oldest.value)
    buckets.set(key, bucket)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
}
