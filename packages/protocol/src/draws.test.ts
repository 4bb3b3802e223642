import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commitmentOf } from './delivery-batch.ts'
import {
  drawChain,
  drawSeed,
  earlierDraw,
  followsInChain,
  isDrawsSignedBy,
  isSeedDrawn,
  MAX_DRAWS,
  signDraws,
} from './draws.ts'
import { asAddress, asBytes32, type Bytes32 } from './primitives.ts'
import { signerFromKey } from './signer.ts'

const secret = new Uint8Array(32).fill(3)
const agreementId = asBytes32(`0x${'cd'.repeat(32)}`)
const usage = { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 }

describe('a chain of draws', () => {
  it('can be followed from its head, by whatever values are revealed', () => {
    const chain = drawChain(secret, 40)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 39 }), fc.integer({ min: 0, max: 39 }), (one, other) => {
        const [earlier, later] = one < other ? [one, other] : [other, one]
        expect(followsInChain(chain.valueOf(later), chain.head, later + 1)).toBe(true)
        expect(followsInChain(chain.valueOf(later), chain.head, later + 2)).toBe(false)
        expect(earlierDraw(chain.valueOf(later), later, earlier)).toBe(chain.valueOf(earlier))
      }),
    )
    expect(followsInChain(chain.valueOf(0), chain.head, MAX_DRAWS + 1)).toBe(false)
    expect(() => earlierDraw(chain.valueOf(3), 3, 4)).toThrow(RangeError)
  })

  it('is the same for the same secret for ever', () => {
    expect(drawChain(secret, 3).head).toBe('0x1e5b3892fd1b930201d3c1042f20a3a6f6605fc03966c2e9ba3bb503ba67a31d')
  })

  it('has as many values as it says, and not too many', () => {
    expect(() => drawChain(secret, 0)).toThrow(RangeError)
    expect(() => drawChain(secret, MAX_DRAWS + 1)).toThrow(RangeError)
    expect(() => drawChain(secret, 2).valueOf(2)).toThrow(RangeError)
  })

  it('is promised by a signature for one agreement', () => {
    const signer = signerFromKey(new Uint8Array(32).fill(7))
    const domain = { chainId: 1, verifyingContract: asAddress(`0x${'ab'.repeat(20)}`) }
    const signed = signDraws(signer, domain, agreementId, { head: drawChain(secret, 3).head, count: 3 })
    expect(isDrawsSignedBy(signer.address, domain, agreementId, signed)).toBe(true)
    expect(isDrawsSignedBy(signer.address, domain, agreementId, { ...signed, count: 4 })).toBe(false)
    expect(isDrawsSignedBy(signer.address, domain, asBytes32(`0x${'ce'.repeat(32)}`), signed)).toBe(false)
  })
})

describe('a seed', () => {
  const value = drawChain(secret, 3).valueOf(1)
  const commitment = commitmentOf({ index: 5, outputs: null, result: { n: 1 }, draw: 1 })
  const seed = drawSeed({ value, agreementId, index: 5, commitment })

  it('is another one for another value, agreement, index or output', () => {
    const other = commitmentOf({ index: 5, outputs: null, result: { n: 2 }, draw: 1 })
    const changed = [
      { value: drawChain(secret, 3).valueOf(2), agreementId, index: 5, commitment },
      { value, agreementId: asBytes32(`0x${'ce'.repeat(32)}`), index: 5, commitment },
      { value, agreementId, index: 6, commitment },
      { value, agreementId, index: 5, commitment: other },
    ].map(drawSeed)
    expect(new Set([seed, ...changed]).size).toBe(5)
  })

  it('rests on what was delivered and on its draw, and not on what was metered', () => {
    const claim = { index: 5, outputs: null, result: { n: 1 }, draw: 1, usage }
    expect(commitmentOf(claim)).toBe(commitment)
    expect(commitmentOf({ ...claim, draw: 2 })).not.toBe(commitment)
    expect(commitmentOf({ index: 5, outputs: null, result: { n: 1 } })).not.toBe(commitment)
  })

  it('falls into a share of all seeds as often as that says', () => {
    const seeds = Array.from({ length: 4_000 }, (_, index) => drawSeed({ value, agreementId, index, commitment }))
    const countOf = (share: number) => seeds.filter((each: Bytes32) => isSeedDrawn(each, share)).length
    expect(countOf(0)).toBe(0)
    expect(countOf(1)).toBe(4_000)
    expect(Math.abs(countOf(0.25) - 1_000)).toBeLessThan(140)
  })
})
