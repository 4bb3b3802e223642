import { MemoryDatastore } from 'datastore-core'
import type { Datastore, Key } from 'interface-datastore'

/**
 * What libp2p remembers, in memory: peers that it met, and what strangers told the hash table. At one entry more than it
 * may hold, the one that was written longest ago goes.
 */
export function createBoundedDatastore({ maxEntries }: { maxEntries: number }): Datastore {
  const store = new MemoryDatastore()
  const keys = new Map<string, Key>()
  const put = store.put.bind(store)
  const remove = store.delete.bind(store)
  store.put = (key, value, options) => {
    keys.delete(key.toString())
    const oldest = keys.values().next()
    if (keys.size >= maxEntries && !oldest.done) void store.delete(oldest.value)
    keys.set(key.toString(), key)
    return put(key, value, options)
  }
  store.delete = (key, options) => {
    keys.delete(key.toString())
    return remove(key, options)
  }
  return store
}
