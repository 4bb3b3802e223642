/**
 * JSON with bigints as decimal text; the zod schemas of this package read them back.
 *
 * @example
 * encodeJson({ amount: 5n }) // '{"amount":"5"}'
 */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) => (typeof entry === 'bigint' ? entry.toString() : entry))
}

/** The same text for the same value, whatever the order its keys were written in: sorted keys, no spaces. */
export function canonicalJson(value: unknown): string {
  return encodeJson(sorted(value))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  )
}
