import { describe, expect, it } from 'vitest'
import { measuredMsPerUnit, offeredMsPerUnit } from './measured-speed.ts'

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
})
