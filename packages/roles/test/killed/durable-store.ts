import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Store, StoreChange } from '@golem/ports'
import { memoryStore } from '@golem/ports/memory'

/** The store in memory, over a log that is synced at each commit: what is committed outlives `kill -9`. */
export function durableStore(path: string): Store {
  const memory = memoryStore()
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  // What was being written when the process ended was not committed.
  for (const line of lines.slice(0, -1)) memory.commit(JSON.parse(line) as StoreChange[])
  const file = openSync(path, 'a')
  return {
    ...memory,
    commit: (changes) => {
      writeSync(file, `${JSON.stringify(changes)}\n`)
      fsyncSync(file)
      memory.commit(changes)
    },
    close: () => closeSync(file),
  }
}
