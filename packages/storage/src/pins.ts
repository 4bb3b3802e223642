import { GolemError } from '@golem/protocol'
import type { CID } from 'multiformats/cid'
import { MAX_OWNER_BYTES } from './limits.ts'

/** Who keeps which roots. */
export type Pins = {
  /** Where they are stored when it resolves. */
  pin(root: CID, owner: string): Promise<void>
  unpin(owner: string): Promise<void>
  isPinned(root: CID): boolean
  roots(): CID[]
  /** Every root once, with its owners. */
  byRoot(): Map<string, { root: CID; owners: string[] }>
  /** Grows with every change. */
  version(): number
}

/** Where pins outlive a restart. */
export type PinStore = {
  stored: Iterable<readonly [owner: string, roots: readonly CID[]]>
  append(owner: string, root: CID): Promise<void>
  remove(owner: string): Promise<void>
}

const MEMORY: PinStore = { stored: [], append: async () => {}, remove: async () => {} }

/** Pins over what stores them; in memory alone where nothing is given. */
export function createPins(store: PinStore = MEMORY): Pins {
  const owners = new Map<string, Map<string, CID>>()
  let changes = 0
  /** One change at a time. */
  let last: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }
  for (const [owner, roots] of store.stored) {
    owners.set(owner, new Map(roots.map((root) => [root.toString(), root])))
  }

  return {
    pin: (root, owner) => {
      if (owner === '' || new TextEncoder().encode(owner).length > MAX_OWNER_BYTES) {
        throw new GolemError({
          code: 'OWNER_INVALID',
          message: `The owner ${JSON.stringify(owner.slice(0, 200))} of a pin has not between 1 and ${MAX_OWNER_BYTES} bytes.`,
          remedy: 'Give it a shorter name.',
        })
      }
      const roots = owners.get(owner) ?? new Map<string, CID>()
      if (roots.has(root.toString())) return last
      owners.set(owner, roots.set(root.toString(), root))
      changes++
      return inTurn(() => store.append(owner, root))
    },
    unpin: (owner) => {
      if (!owners.delete(owner)) return last
      changes++
      return inTurn(() => store.remove(owner))
    },
    isPinned: (root) => [...owners.values()].some((roots) => roots.has(root.toString())),
    roots: () => [...owners.values()].flatMap((roots) => [...roots.values()]),
    byRoot: () => {
      const found = new Map<string, { root: CID; owners: string[] }>()
      for (const [owner, roots] of owners) {
        for (const [key, root] of roots) {
          const entry = found.get(key) ?? { root, owners: [] }
          entry.owners.push(owner)
          found.set(key, entry)
        }
      }
      return found
    },
    version: () => changes,
  }
}
