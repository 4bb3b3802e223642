import { describe, expect, it } from 'vitest'
import { MAX_CORRECTION_MS } from '../clock/agree-on-time.ts'
import { createRelayQuotas, RELAY_LIMITS, type RelayLimits } from './relay-quotas.ts'

const DAY_MS = 24 * 60 * 60_000
const limits: RelayLimits = {
  reservations: 2,
  reservationMs: 1_000,
  circuits: 3,
  circuitsPerPeer: 2,
  circuitMs: 10_000,
  bytesPerS: 2_000,
  bytesPerSPerCircuit: 1_000,
  bytesPerPeerPerDay: 5_000,
}
const quotas = (changes: Partial<RelayLimits> = {}) => createRelayQuotas({ ...limits, ...changes })

describe('places at a relay', () => {
  it('are given while there are some, to each peer one, and end by themselves', () => {
    const relay = quotas()
    expect([relay.reserve('a', 0), relay.reserve('b', 500), relay.reserve('c', 999)]).toEqual([1_000, 1_500, null])
    expect(relay.reserve('c', 1_000)).toBe(2_000)
    expect(['a', 'b', 'c'].map((peer) => relay.isReserved(peer, 1_001))).toEqual([false, true, true])
  })

  it('have not ended for a peer whose clock is wrong by as much as is corrected', () => {
    expect(RELAY_LIMITS.reservationMs - MAX_CORRECTION_MS).toBeGreaterThan(30 * 60_000)
  })

  it('can be renewed though there are no others', () => {
    const relay = quotas()
    relay.reserve('a', 0)
    relay.reserve('b', 0)
    expect(relay.reserve('a', 900)).toBe(1_900)
    expect(relay.totals(1_000).reservations).toBe(1)
  })
})

describe('circuits', () => {
  it('are bounded in all, and for each peer at either end', () => {
    const relay = quotas()
    const first = relay.open('a', 'b', 0)
    expect(relay.open('a', 'c', 0)).not.toBeNull()
    expect(relay.open('a', 'd', 0)).toBeNull()
    expect(relay.open('d', 'a', 0)).toBeNull()
    expect(relay.open('b', 'd', 0)).not.toBeNull()
    expect(relay.open('e', 'f', 0)).toBeNull()
    first?.close()
    first?.close()
    expect(relay.totals(0).circuits).toBe(2)
    expect(relay.open('a', 'd', 0)).not.toBeNull()
  })

  it('are held back to their share, and all together to the whole', () => {
    const relay = quotas({ bytesPerPeerPerDay: 1e9 })
    const [one, two] = [relay.open('a', 'b', 0), relay.open('c', 'd', 0)]
    expect(one?.carry(50, 0)).toBe(0)
    expect(one?.carry(1_000, 0)).toBe(950)
    // the first one took half of what all may in this second
    expect(two?.carry(1_000, 0)).toBe(925)
    expect(one?.carry(100, 2_000)).toBe(0)
  })

  it('end when a peer at one end has used its day up, and begin again the next', () => {
    const relay = quotas({ bytesPerSPerCircuit: 1e9, bytesPerS: 1e9 })
    const circuit = relay.open('a', 'b', 0)
    expect(circuit?.carry(5_000, 0)).toBe(0)
    expect(circuit?.carry(1, 1)).toBeNull()
    circuit?.close()
    expect(relay.open('c', 'b', 2)).toBeNull()
    expect(relay.open('c', 'd', 2)).not.toBeNull()
    expect(relay.open('a', 'b', DAY_MS + 2)).not.toBeNull()
  })

  it('end after their time', () => {
    const circuit = quotas().open('a', 'b', 0)
    expect(circuit?.carry(1, 9_999)).toBe(0)
    expect(circuit?.carry(1, 10_000)).toBeNull()
  })
})
