import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AuditBatchBody,
  type AuditedWork,
  auditBatch,
  auditLeaves,
  auditorsOf,
  heardBy,
  isAuditBatchSigned,
  isInAuditBatch,
  MAX_AUDIT_PROOF,
  MAX_AUDIT_WORKS,
  rootOfLeaves,
  signAuditBatch,
  signHeard,
  workId,
} from './audit-batch.ts'
import { merkleProof } from './merkle-tree.ts'
import { asAddress, asBytes32, asCid, cid } from './primitives.ts'
import { signerFromKey } from './signer.ts'

const signer = signerFromKey(new Uint8Array(32).fill(7))
const auditor = signerFromKey(new Uint8Array(32).fill(8))
const nobody = asAddress(`0x${'ab'.repeat(20)}`)
const hash = asBytes32(`0x${'cd'.repeat(32)}`)
const CID = asCid(`bafkrei${'a'.repeat(52)}`)
const settlement = { chainId: 1, payments: nobody, token: nobody }
const work = (index: number, n = index): AuditedWork => ({
  terms: {
    ...{ demandId: hash, offerId: hash, requestor: signer.address, provider: nobody, payee: nobody, author: nobody },
    ...{ royaltyBps: 0, manifest: CID, settlement, pricePerCoreHourWei: 1n, capWei: 1n, unpaidLimitWei: 1n },
    deadlineMs: 1,
  },
  subtask: { id: `n${n}`, group: 'g', label: 'l', request: { method: 'square', params: { n } }, units: 1 },
  inputs: CID,
  delivered: { index, outputs: null, result: n },
})
const body: AuditBatchBody = {
  format: 'golem-audit-batch/1',
  requestor: signer.address,
  contact: { peerId: 'peer', addresses: [] },
  ...{ manifest: CID, settlement, root: hash, count: 1, beaconBlock: 5 },
  auditors: [{ auditor: auditor.address, weightWei: 3n }],
}

describe('a batch for auditors', () => {
  it('is signed by its requestor, as it crosses the wire too', () => {
    const signed = signAuditBatch(signer, body)
    const read = auditBatch.parse(JSON.parse(JSON.stringify(signed, (_, v) => (typeof v === 'bigint' ? `${v}` : v))))
    expect(isAuditBatchSigned(read)).toBe(true)
    expect(isAuditBatchSigned({ ...read, body: { ...read.body, beaconBlock: 6 } })).toBe(false)
    expect(isAuditBatchSigned(signAuditBatch(auditor, body))).toBe(false)
  })

  it('is heard of by a key that the signature shows', () => {
    expect(heardBy(body, signHeard(auditor, body))).toEqual(auditor.publicKey)
    expect(heardBy({ ...body, count: 2 }, signHeard(auditor, body))).not.toEqual(auditor.publicKey)
  })

  it('proves each of its works, as it was asked for, and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (count, pick) => {
        const works = Array.from({ length: count }, (_, index) => work(index))
        const leaves = auditLeaves(works)
        const root = rootOfLeaves(leaves)
        const at = pick % count
        const proof = merkleProof(leaves, at)
        expect(isInAuditBatch(root, work(at), proof)).toBe(true)
        expect(isInAuditBatch(root, work(at, at + 1_000), proof)).toBe(false)
        expect(isInAuditBatch(root, { ...work(at), inputs: asCid(`bafkrei${'b'.repeat(52)}`) }, proof)).toBe(false)
        expect(isInAuditBatch(root, work(count), proof)).toBe(false)
      }),
    )
  })

  it('of the largest size has proofs that fit', () => {
    expect(2 ** MAX_AUDIT_PROOF).toBeGreaterThanOrEqual(MAX_AUDIT_WORKS)
  })

  it('knows a work by what its provider signed, however it is described', () => {
    expect(workId(work(3, 4))).toBe(workId(work(3, 5)))
    expect(workId(work(3))).not.toBe(workId(work(4)))
  })
})

it('auditors of an application stand in the directory under a CID of their own', () => {
  expect(cid.safeParse(auditorsOf(CID)).success).toBe(true)
  // As `ipfs-cid` and every other implementation writes a raw block of this hash.
  expect(auditorsOf(CID)).toMatch(/^bafkrei[a-z2-7]{52}$/)
  expect(auditorsOf(asCid(`bafkrei${'b'.repeat(52)}`))).not.toBe(auditorsOf(CID))
})
