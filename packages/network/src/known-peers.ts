import type { PeerContact } from '@golem/protocol'

/** After a failed dial a peer is left alone for so long, doubled each time. */
const FIRST_PAUSE_MS = 10_000
/** A peer that failed so often in a row is forgotten. */
const MAX_FAILURES = 5

type Entry = { contact: PeerContact; failures: number; notBeforeMs: number }

/** Peers heard of, to be dialled when connections are missing. Pure. */
export type KnownPeers = {
  learn(contact: PeerContact): void
  failed(peerId: string, nowMs: number): void
  connected(peerId: string): void
  /** Peers to try now, at most `count`, last heard of first. */
  choose(count: number, options: { nowMs: number; isConnected: (peerId: string) => boolean }): PeerContact[]
}

export function createKnownPeers({ maxPeers }: { maxPeers: number }): KnownPeers {
  const entries = new Map<string, Entry>()
  return {
    learn(contact) {
      const before = entries.get(contact.peerId)
      entries.delete(contact.peerId)
      const oldest = entries.keys().next()
      if (entries.size >= maxPeers && !oldest.done) entries.delete(oldest.value)
      entries.set(contact.peerId, { failures: 0, notBeforeMs: 0, ...before, contact })
    },
    failed(peerId, nowMs) {
      const entry = entries.get(peerId)
      if (entry === undefined) return
      entry.failures += 1
      entry.notBeforeMs = nowMs + FIRST_PAUSE_MS * 2 ** (entry.failures - 1)
      if (entry.failures >= MAX_FAILURES) entries.delete(peerId)
    },
    connected(peerId) {
      const entry = entries.get(peerId)
      if (entry !== undefined) Object.assign(entry, { failures: 0, notBeforeMs: 0 })
    },
    choose(count, { nowMs, isConnected }) {
      return [...entries.values()]
        .reverse()
        .filter((entry) => entry.notBeforeMs <= nowMs && !isConnected(entry.contact.peerId))
        .slice(0, Math.max(0, count))
        .map((entry) => entry.contact)
    },
  }
}
