import type { Address } from '@golem/protocol'

/** The oldest of whoever has most of them: a flood drives out itself. */
export function forgetOne<K>(entries: Map<K, { requestor: Address }>): void {
  const counts = new Map<Address, number>()
  for (const { requestor } of entries.values()) counts.set(requestor, (counts.get(requestor) ?? 0) + 1)
  const most = Math.max(...counts.values())
  for (const [key, { requestor }] of entries) if (counts.get(requestor) === most) return void entries.delete(key)
}
