import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  askedOf,
  type BatchedDelivery,
  deliveryBatch,
  isBatchSignedBy,
  isDeliveryProven,
  MAX_BATCH,
  proofOfDelivery,
  signDeliveryBatch,
} from './delivery-batch.ts'
import { asAddress, asBytes32, asCid } from './primitives.ts'
import { signerFromKey } from './signer.ts'

const signer = signerFromKey(new Uint8Array(32).fill(7))
const domain = { chainId: 1, verifyingContract: asAddress(`0x${'ab'.repeat(20)}`) }
const agreementId = asBytes32(`0x${'cd'.repeat(32)}`)
const usage = { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 }
const OUTPUTS = asCid(`bafkrei${'a'.repeat(52)}`)

const delivered = (index: number, more: Partial<BatchedDelivery> = {}): BatchedDelivery => ({
  index,
  outputs: null,
  result: { exitCode: 0, stdout: `${index}` },
  usage,
  ...more,
})
const batchOf = (count: number) =>
  signDeliveryBatch(
    signer,
    domain,
    agreementId,
    Array.from({ length: count }, (_, index) => delivered(index, index % 3 === 0 ? { outputs: OUTPUTS } : {})),
  )

describe('a batch of deliveries', () => {
  it('is signed as a whole, and stays so on its way as JSON', () => {
    for (const count of [1, 2, 3, 7, 8, MAX_BATCH]) {
      const batch = deliveryBatch.parse(JSON.parse(JSON.stringify(batchOf(count))))
      expect(isBatchSignedBy(signer.address, domain, batch)).toBe(true)
    }
    expect(() => batchOf(0)).toThrow(RangeError)
    expect(() => batchOf(MAX_BATCH + 1)).toThrow(RangeError)
  })

  it('is signed for what was asked, where that is said, and for nothing else', () => {
    const request = { method: 'square', params: { n: 3 } }
    const asked = askedOf({ inputs: OUTPUTS, request })
    const batch = signDeliveryBatch(signer, domain, agreementId, [delivered(0, { asked, draw: 2 }), delivered(1)])
    const [first] = batch.deliveries as [BatchedDelivery]
    const isProven = (more: Partial<BatchedDelivery>) =>
      isDeliveryProven(signer.address, domain, {
        ...{ ...first, ...more },
        ...{ agreementId, signature: batch.signature, proof: proofOfDelivery(batch, 0) },
      })
    expect(isProven({})).toBe(true)
    expect(isProven({ asked: askedOf({ inputs: OUTPUTS, request: { ...request, params: { n: 4 } } }) })).toBe(false)
    expect(isProven({ asked: undefined })).toBe(false)
  })

  it('has one signature for the same deliveries for ever', () => {
    expect(batchOf(5).signature).toBe(
      '0xb0095e87f83e852fb69064781b3d721bae18e3676e1a1515488b8266ccfafc364028d7b8b5db2bec630c4e2c788bdef5f023dd6bc015bbabc73922cf7aafa9d51b',
    )
  })

  it('lets each delivery be proven alone, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (count, at) => {
        const batch = batchOf(count)
        const position = at % count
        const proof = proofOfDelivery(batch, position)
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(count)))
        const claim = {
          ...(batch.deliveries[position] as BatchedDelivery),
          agreementId,
          signature: batch.signature,
          proof,
        }
        const isProven = (change: object) => isDeliveryProven(signer.address, domain, { ...claim, ...change })
        expect(isProven({})).toBe(true)
        expect(isProven({ index: claim.index + 1 })).toBe(false)
        expect(isProven({ result: { exitCode: 0, stdout: 'x' } })).toBe(false)
        expect(isProven({ outputs: claim.outputs === null ? OUTPUTS : null })).toBe(false)
        expect(isProven({ agreementId: asBytes32(`0x${'ce'.repeat(32)}`) })).toBe(false)
        expect(isProven({ proof: [...proof, { hash: agreementId, left: false }] })).toBe(false)
        if (proof.length > 0)
          expect(isProven({ proof: proof.map((step) => ({ ...step, left: !step.left })) })).toBe(false)
      }),
      { numRuns: (fc.readConfigureGlobal().numRuns ?? 100) / 5 },
    )
  })

  it('is another where anything in it is: an answer, a file, an index, the order, one more', () => {
    const batch = batchOf(6)
    const [first, second, ...rest] = batch.deliveries as [BatchedDelivery, BatchedDelivery, ...BatchedDelivery[]]
    for (const deliveries of [
      [second, first, ...rest],
      [first, ...rest],
      [first, second, ...rest, delivered(6)],
      [{ ...first, result: null }, second, ...rest],
      [{ ...first, outputs: null }, second, ...rest],
      [{ ...first, index: 9 }, second, ...rest],
    ]) {
      expect(isBatchSignedBy(signer.address, domain, { ...batch, deliveries })).toBe(false)
    }
    const cheaper = batch.deliveries.map((each) => ({ ...each, usage: { ...usage, wallMs: 9 } }))
    expect(isBatchSignedBy(signer.address, domain, { ...batch, deliveries: cheaper })).toBe(true)
  })

  it('takes no inner node for a delivery', () => {
    const batch = batchOf(4)
    const proof = proofOfDelivery(batch, 0)
    const claim = { ...(batch.deliveries[0] as BatchedDelivery), agreementId, signature: batch.signature }
    expect(isDeliveryProven(signer.address, domain, { ...claim, proof: proof.slice(1) })).toBe(false)
    expect(isDeliveryProven(signer.address, domain, { ...claim, proof: [] })).toBe(false)
  })
})
