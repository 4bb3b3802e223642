import type { Store } from '@golem/ports'
import { type Address, encodeJson } from '@golem/protocol'
import { type Transaction, transaction } from './transaction.ts'

/**
 * Every transaction of one account on one chain, in the store before it is sent: what a crash leaves is sent again, byte
 * for byte, and nothing new before that.
 */
export type Journal = {
  /** Those that are not final, in the order in which they must be mined. */
  open(): Transaction[]
  /** All, oldest first. */
  all(): Transaction[]
  get(id: number): Transaction | null
  nextId(): number
  /** Durable when it returns. */
  put(changed: Transaction): void
}

const ID_DIGITS = 10

export function openJournal(store: Store, { chainId, self }: { chainId: number; self: Address }): Journal {
  const scope = `chain/${chainId}/${self}/transaction/`
  const keyOf = (id: number) => scope + String(id).padStart(ID_DIGITS, '0')
  const all = (): Transaction[] => store.list(scope).map(({ value }) => transaction.parse(JSON.parse(value)))
  const known = all()
  const unfinished = new Map(known.filter((each) => !each.isFinal).map((each) => [each.id, each]))
  let lastId = known.at(-1)?.id ?? -1
  return {
    open: () => [...unfinished.values()].sort((a, b) => a.nonce - b.nonce || a.id - b.id),
    all,
    get: (id) => {
      const stored = unfinished.get(id) ?? store.get(keyOf(id))
      return typeof stored === 'string' ? transaction.parse(JSON.parse(stored)) : stored
    },
    nextId: () => lastId + 1,
    put: (changed) => {
      const kept: Transaction = changed.isFinal ? { ...changed, data: '0x', attempts: [] } : changed
      store.commit([{ put: keyOf(changed.id), value: encodeJson(kept) }])
      lastId = Math.max(lastId, changed.id)
      if (changed.isFinal) unfinished.delete(changed.id)
      else unfinished.set(changed.id, changed)
    },
  }
}
