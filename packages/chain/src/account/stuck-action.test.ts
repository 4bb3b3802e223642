import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type StuckInput, stuckAction } from './stuck-action.ts'

const fees = (maxFeePerGas: bigint, maxPriorityFeePerGas = 1n) => ({ maxFeePerGas, maxPriorityFeePerGas })
const policy = { patienceMs: 30_000, maxFeePerGasWei: 500n }
const late: StuckInput = {
  nonce: 5,
  latestCount: 5,
  finalCount: 5,
  pendingCount: 6,
  ageMs: 60_000,
  isPricedOut: false,
  newest: fees(100n),
  current: fees(100n),
}
const act = (change: Partial<StuckInput>) => stuckAction({ ...late, ...change }, policy)

describe('stuckAction', () => {
  it('waits while it may simply take its time', () => {
    expect(act({ ageMs: 1_000, current: fees(200n) })).toEqual({ kind: 'wait' })
    expect(act({})).toEqual({ kind: 'wait' })
    expect(act({ latestCount: 3, pendingCount: 6 })).toEqual({ kind: 'wait' })
  })

  it('leaves to the chain what stands in a block that is not final', () => {
    expect(act({ latestCount: 6, finalCount: 5 })).toEqual({ kind: 'wait' })
  })

  it('gives up a number only when another has it for good', () => {
    expect(act({ latestCount: 6, finalCount: 6 })).toEqual({ kind: 'replaced' })
  })

  it('pays more when gas has become dearer, at once where the node says that it is too little', () => {
    expect(act({ current: fees(200n) })).toEqual({ kind: 'raise', fees: fees(200n, 2n) })
    expect(act({ current: fees(101n) })).toEqual({ kind: 'raise', fees: fees(113n, 2n) })
    expect(act({ ageMs: 0, isPricedOut: true, current: fees(200n) })).toMatchObject({ kind: 'raise' })
  })

  it('never pays more than it may', () => {
    expect(act({ current: fees(501n) })).toEqual({ kind: 'too-dear', maxFeePerGas: 501n })
  })

  it('fills what is missing before it, so many at once', () => {
    expect(act({ latestCount: 3, pendingCount: 3 })).toEqual({ kind: 'fill', nonces: [3, 4] })
    const far = act({ nonce: 100, latestCount: 3, pendingCount: 3 })
    expect(far.kind === 'fill' && far.nonces).toHaveLength(16)
  })

  it('whatever it sees: what it raises is taken by nodes, within the limit, and never for a number that is used', () => {
    const count = fc.nat({ max: 8 })
    const price = fc.bigInt(1n, 600n)
    fc.assert(
      fc.property(
        count,
        count,
        count,
        price,
        price,
        fc.boolean(),
        (nonce, latestCount, pendingCount, old, now, soon) => {
          const finalCount = Math.min(latestCount, 3)
          const input = { nonce, latestCount, pendingCount, finalCount, isPricedOut: soon }
          const action = act({ ...input, newest: fees(old), current: fees(now) })
          if (action.kind === 'raise') {
            expect(latestCount).toBe(nonce)
            expect(action.fees.maxFeePerGas * 10n).toBeGreaterThanOrEqual(old * 11n)
            expect(action.fees.maxFeePerGas).toBeLessThanOrEqual(policy.maxFeePerGasWei)
          }
          if (action.kind === 'fill')
            expect(action.nonces.every((each) => each < nonce && each >= latestCount)).toBe(true)
          if (action.kind === 'replaced') expect(finalCount).toBeGreaterThan(nonce)
        },
      ),
    )
  })
})
