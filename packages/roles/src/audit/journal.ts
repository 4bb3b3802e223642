import type { Clock, Store } from '@golem/ports'
import { encodeJson } from '@golem/protocol'
import type { z } from 'zod'

/** Entries that are kept; the oldest go first. */
export const MAX_JOURNAL = 1_000

/** What was done, newest first, in the store. */
export type Journal<T> = { note(entry: T): void; entries(atMost: number): T[] }

export function openJournal<T>(
  { store, clock }: { store: Store; clock: Clock },
  { prefix, schema }: { prefix: string; schema: z.ZodType<T> },
): Journal<T> {
  let count = store.list(prefix).length
  let within = 0
  return {
    note: (entry) => {
      within += 1
      // Keys sort by the time.
      const key = `${prefix}${clock.now().toString().padStart(15, '0')}/${within.toString().padStart(9, '0')}`
      store.commit([{ put: key, value: encodeJson(entry) }])
      count += 1
      if (count <= MAX_JOURNAL) return
      const surplus = store.list(prefix).slice(0, count - MAX_JOURNAL)
      store.commit(surplus.map(({ key: oldest }) => ({ remove: oldest })))
      count -= surplus.length
    },
    entries: (atMost) =>
      store
        .list(prefix)
        .slice(-atMost)
        .reverse()
        .map(({ value }) => schema.parse(JSON.parse(value))),
  }
}
