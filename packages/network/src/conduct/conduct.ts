/** What a peer can do wrong. */
export type Fault = 'flood' | 'lie' | 'stall'

/** A lie is proven at once; haste and slowness may have other reasons. */
const POINTS: Record<Fault, number> = { lie: 20, stall: 10, flood: 5 }
/** Points are forgiven with time. */
const FORGIVEN_PER_S = 0.1
/** From so many points on a peer is slowed down, the more the longer. */
const SLOWED_FROM = 20
const SLOWED_MS_PER_POINT = 20
/** With so many it is dropped, and left alone for a minute; each time again for twice as long. */
const DROPPED_AT = 80
const FIRST_BAR_MS = 60_000
const MAX_BAR_MS = 60 * 60_000
/** A peer that was good for so long begins anew. */
const FORGOTTEN_MS = 24 * 60 * 60_000
/** Peers remembered; the one that was blamed longest ago is forgotten. */
const REMEMBERED_PEERS = 4_096

type History = { points: number; atMs: number; bars: number; barredUntilMs: number }

export type Conduct = {
  /** Whether the peer is to be dropped now. */
  blame(peerId: string, fault: Fault): boolean
  /** For how long whatever it begins has to wait. */
  slowMs(peerId: string): number
  isBarred(peerId: string): boolean
}

/** Remembers who broke the rules, and decides what follows. Pure: time comes from `now`, in milliseconds. */
export function createConduct({ now }: { now: () => number }): Conduct {
  const records = new Map<string, History>()

  const pointsOf = ({ points, atMs }: History): number =>
    Math.max(0, points - ((now() - atMs) / 1_000) * FORGIVEN_PER_S)

  const recordOf = (peerId: string): History => {
    const known = records.get(peerId)
    records.delete(peerId)
    const oldest = records.keys().next()
    if (records.size >= REMEMBERED_PEERS && !oldest.done) records.delete(oldest.value)
    const isOld = known === undefined || now() - known.atMs > FORGOTTEN_MS
    const record = isOld ? { points: 0, atMs: now(), bars: 0, barredUntilMs: 0 } : known
    records.set(peerId, record)
    return record
  }

  return {
    blame(peerId, fault) {
      const record = recordOf(peerId)
      record.points = pointsOf(record) + POINTS[fault]
      record.atMs = now()
      if (record.points < DROPPED_AT) return false
      record.barredUntilMs = now() + Math.min(FIRST_BAR_MS * 2 ** record.bars, MAX_BAR_MS)
      record.bars += 1
      record.points = SLOWED_FROM
      return true
    },
    slowMs(peerId) {
      const record = records.get(peerId)
      const points = record === undefined ? 0 : pointsOf(record)
      return points < SLOWED_FROM ? 0 : points * SLOWED_MS_PER_POINT
    },
    isBarred: (peerId) => (records.get(peerId)?.barredUntilMs ?? 0) > now(),
  }
}
