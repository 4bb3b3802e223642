import { describe, expect, it } from 'vitest'
import { credibleCores, credibleWallMs, measuredMsPerUnit, offeredMsPerUnit } from './measured-speed.ts'

describe('measuredMsPerUnit', () => {
  it('takes the first measurement as it is, and approaches the later ones', () => {
    expect(measuredMsPerUnit(null, { wallMs: 20, units: 10 })).toBe(2)
    const after = measuredMsPerUnit(2, { wallMs: 40, units: 10 })
    expect(after).toBeGreaterThan(2)
    expect(after).toBeLessThan(4)
  })
})

describe('offeredMsPerUnit', () => {
  it('is a second for a million units at speed 1, half of it at speed 2', () => {
    expect(offeredMsPerUnit(1) * 1_000_000).toBe(1_000)
    expect(offeredMsPerUnit(2) * 1_000_000).toBe(500)
  })

  it('believes nobody to be a thousand times as fast', () => {
    expect(offeredMsPerUnit(1_000) * 1_000_000).toBe(250)
  })
})

describe('credibleWallMs', () => {
  it('takes what was metered, between half and all of the time that passed here', () => {
    expect(credibleWallMs({ meteredMs: 80, elapsedMs: 100 })).toBe(80)
    expect(credibleWallMs({ meteredMs: 0.001, elapsedMs: 100 })).toBe(50)
    expect(credibleWallMs({ meteredMs: 1e300, elapsedMs: 100 })).toBe(100)
  })
})

describe('credibleCores', () => {
  it('grows with what was accepted, up to what was offered', () => {
    expect([credibleCores(2, 0), credibleCores(1_024, 0), credibleCores(1_024, 10)]).toEqual([2, 8, 48])
  })
})
