import type { Store } from '../store.ts'

/** A store that forgets with the process. Lists are ordered by UTF-16 code units, like JavaScript's `<`. */
export function memoryStore(): Store {
  const streams = new Map<string, string[]>()
  const entries = new Map<string, string>()
  return {
    commit: (changes) => {
      for (const change of changes) {
        if ('append' in change) {
          const events = streams.get(change.append) ?? []
          for (const event of change.events) events.push(event)
          streams.set(change.append, events)
        } else if ('put' in change) entries.set(change.put, change.value)
        else entries.delete(change.remove)
      }
    },
    read: (stream) => [...(streams.get(stream) ?? [])],
    get: (key) => entries.get(key) ?? null,
    list: (prefix) =>
      [...entries]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ key, value })),
    close: () => {},
  }
}
