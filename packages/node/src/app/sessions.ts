import { createHash, randomBytes } from 'node:crypto'
import type { Store } from '@golem/ports'

/** A link is followed at once, or asked for anew. */
const CODE_MS = 10 * 60_000
const MAX_CODES = 16
/** A browser that was let in stays in for so long. */
const SESSION_MS = 30 * 24 * 3_600_000
/** The oldest goes when one more comes. */
const MAX_SESSIONS = 32
const PREFIX = 'app-session/'

/** The browsers that were let in. They outlive the daemon: a page finds its way back after a restart. */
export type Sessions = {
  /** A code that lets one browser in, once. */
  invite(): { code: string; expiresAtMs: number }
  /** The secret of a new session, for its cookie; null where the code is unknown, used or old. */
  enter(code: string): string | null
  accepts(secret: string): boolean
  /** Ends all of them. */
  clear(): void
  /** Aborted by the next `clear`: what was let in before it may be under way for hours. */
  untilCleared(): AbortSignal
}

type SessionStore = Pick<Store, 'get' | 'list' | 'commit'>

/** Kept as hashes: whoever reads the store cannot come in by it. */
export function createSessions({ store, now }: { store: SessionStore; now: () => number }): Sessions {
  const codes = new Map<string, number>()
  let clearing = new AbortController()
  const startedAtMs = (value: string): number => Number((JSON.parse(value) as { startedAtMs: number }).startedAtMs)
  const living = () =>
    store
      .list(PREFIX)
      .map(({ key, value }) => ({ key, startedAtMs: startedAtMs(value) }))
      .sort((a, b) => a.startedAtMs - b.startedAtMs)
  return {
    invite: () => {
      const code = newSecret()
      const expiresAtMs = now() + CODE_MS
      codes.set(hash(code), expiresAtMs)
      for (const old of [...codes.keys()].slice(0, codes.size - MAX_CODES)) codes.delete(old)
      return { code, expiresAtMs }
    },
    enter: (code) => {
      const expiresAtMs = codes.get(hash(code))
      codes.delete(hash(code))
      if (expiresAtMs === undefined || expiresAtMs < now()) return null
      const secret = newSecret()
      const all = living()
      const old = all.slice(0, Math.max(0, all.length - MAX_SESSIONS + 1))
      store.commit([
        ...old.map(({ key }) => ({ remove: key })),
        { put: PREFIX + hash(secret), value: JSON.stringify({ startedAtMs: now() }) },
      ])
      return secret
    },
    accepts: (secret) => {
      const value = store.get(PREFIX + hash(secret))
      return value !== null && now() - startedAtMs(value) < SESSION_MS
    },
    clear: () => {
      codes.clear()
      const all = living()
      if (all.length > 0) store.commit(all.map(({ key }) => ({ remove: key })))
      clearing.abort()
      clearing = new AbortController()
    },
    untilCleared: () => clearing.signal,
  }
}

const newSecret = (): string => randomBytes(32).toString('hex')
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
