import { MAX_CORRECTION_MS } from '../clock/agree-on-time.ts'

/** What a relay gives, in all and to each peer. Reservations that run out are renewed; circuits that end are dialled again. */
export type RelayLimits = {
  reservations: number
  reservationMs: number
  circuits: number
  circuitsPerPeer: number
  /** A circuit is ended after this long, however much it is used. */
  circuitMs: number
  /** All circuits together; above it, and above the share of one, both ends are held back. */
  bytesPerS: number
  bytesPerSPerCircuit: number
  /** Carried for one peer within 24 hours, both ways; past it, the peer gets no circuit, and those it has end. */
  bytesPerPeerPerDay: number
}

export const RELAY_LIMITS: RelayLimits = {
  reservations: 128,
  // Its end is said by the clock on the wall: whoever's clock is as far ahead as is corrected still finds it to come.
  reservationMs: MAX_CORRECTION_MS + 60 * 60_000,
  circuits: 128,
  circuitsPerPeer: 16,
  circuitMs: 6 * 60 * 60_000,
  bytesPerS: 32 * 1024 ** 2,
  bytesPerSPerCircuit: 8 * 1024 ** 2,
  bytesPerPeerPerDay: 64 * 1024 ** 3,
}

/** Peers whose use is remembered; the one whose day began first is forgotten. */
const REMEMBERED_PEERS = 4_096
const DAY_MS = 24 * 60 * 60_000

export type Circuit = {
  /**
   * Counts what was carried.
   *
   * @returns how long to hold both ends back, or null where the quota of a peer is used up
   */
  carry(bytes: number, nowMs: number): number | null
  close(): void
}

export type RelayQuotas = {
  /** Grants or renews; the time at which it ends, or null where there is no room. */
  reserve(peerId: string, nowMs: number): number | null
  isReserved(peerId: string, nowMs: number): boolean
  /** Null where one of them, or the relay, has as many as it may. */
  open(source: string, target: string, nowMs: number): Circuit | null
  totals(nowMs: number): { reservations: number; circuits: number; bytes: number }
}

/** Decides what a relay does for whom. Pure: time is passed in, and never goes back. */
export function createRelayQuotas(limits: RelayLimits): RelayQuotas {
  const reservations = new Map<string, number>()
  const circuitsOf = new Map<string, number>()
  const dayOf = new Map<string, { sinceMs: number; bytes: number }>()
  const all = { atMs: 0, debtMs: 0 }
  let circuits = 0
  let carried = 0

  const dropExpired = (nowMs: number): void => {
    for (const [peerId, endsAtMs] of reservations) if (endsAtMs <= nowMs) reservations.delete(peerId)
  }
  const today = (peerId: string, nowMs: number) => {
    const known = dayOf.get(peerId)
    if (known !== undefined && nowMs - known.sinceMs < DAY_MS) return known
    const fresh = { sinceMs: nowMs, bytes: 0 }
    dayOf.delete(peerId)
    const oldest = dayOf.keys().next()
    if (dayOf.size >= REMEMBERED_PEERS && !oldest.done) dayOf.delete(oldest.value)
    dayOf.set(peerId, fresh)
    return fresh
  }
  const count = (peerId: string, by: 1 | -1): void => {
    const next = (circuitsOf.get(peerId) ?? 0) + by
    if (next > 0) circuitsOf.set(peerId, next)
    else circuitsOf.delete(peerId)
  }
  const isFree = (peerId: string, nowMs: number): boolean =>
    (circuitsOf.get(peerId) ?? 0) < limits.circuitsPerPeer && today(peerId, nowMs).bytes < limits.bytesPerPeerPerDay

  return {
    reserve(peerId, nowMs) {
      dropExpired(nowMs)
      if (!reservations.has(peerId) && reservations.size >= limits.reservations) return null
      reservations.set(peerId, nowMs + limits.reservationMs)
      return nowMs + limits.reservationMs
    },
    isReserved: (peerId, nowMs) => (reservations.get(peerId) ?? 0) > nowMs,
    open(source, target, nowMs) {
      if (circuits >= limits.circuits || !isFree(source, nowMs) || !isFree(target, nowMs)) return null
      circuits += 1
      count(source, 1)
      count(target, 1)
      const own = { atMs: nowMs, debtMs: 0 }
      const endsAtMs = nowMs + limits.circuitMs
      let isOpen = true
      return {
        carry(bytes, atMs) {
          carried += bytes
          const days = [today(source, atMs), today(target, atMs)]
          for (const day of days) day.bytes += bytes
          if (atMs >= endsAtMs || days.some((day) => day.bytes > limits.bytesPerPeerPerDay)) return null
          return Math.max(owe(own, bytes / limits.bytesPerSPerCircuit, atMs), owe(all, bytes / limits.bytesPerS, atMs))
        },
        close() {
          if (!isOpen) return
          isOpen = false
          circuits -= 1
          count(source, -1)
          count(target, -1)
        },
      }
    },
    totals(nowMs) {
      dropExpired(nowMs)
      return { reservations: reservations.size, circuits, bytes: carried }
    },
  }
}

/** So much may be ahead of the rate before anybody waits: timers are coarse. */
const SLACK_MS = 100

/** Adds to a debt that time pays off; how long to wait until it is within the slack. */
function owe(meter: { atMs: number; debtMs: number }, seconds: number, nowMs: number): number {
  meter.debtMs = Math.max(0, meter.debtMs - (nowMs - meter.atMs)) + seconds * 1_000
  meter.atMs = nowMs
  return Math.max(0, meter.debtMs - SLACK_MS)
}
