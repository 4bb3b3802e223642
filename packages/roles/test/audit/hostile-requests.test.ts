import { randomBytes } from 'node:crypto'
import type { Network } from '@golem/ports'
import {
  type AuditBatchBody,
  type AuditRequest,
  agreementId,
  asCid,
  auditLeaves,
  type Bytes32,
  canonicalJson,
  type FinishedWork,
  hashText,
  merkleProof,
  newPrivateKey,
  parseGlm,
  rootOfLeaves,
  signAuditBatch,
  signDeliveryBatch,
  signerFromKey,
  signTerms,
  signVoucher,
} from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { askAuditor } from '../../src/audit/ask-auditor.ts'
import { auditChannel } from '../../src/audit/audit-channel.ts'
import { feeOf } from '../../src/audit/audit-one.ts'
import { createTreasury } from '../../src/requestor/treasury.ts'
import { createGrid, type Grid, type Node } from '../grid.ts'
import { manifest, saidSquaresApp, squaresApp } from '../squares-app.ts'

const app = { ...saidSquaresApp(1), manifest }
const bytes = (length: number) => new Uint8Array(randomBytes(length))

describe('an auditor', () => {
  let grid: Grid
  let own: Node
  let auditor: Node
  let network: Network
  const strangers: Network[] = []
  beforeEach(async () => {
    grid = createGrid({ pace: 4 })
    ;({ node: auditor } = await grid.auditor({ app }))
    own = grid.newNode()
    network = grid.net.join({ address: own.signer.address })
  })
  afterEach(async () => {
    await network.stop()
    for (const each of strangers.splice(0)) await each.stop()
    await grid.stop()
  })

  const chain = () => grid.ledger.open(own.signer.address)
  const domain = () => ({ chainId: chain().settlement.chainId, verifyingContract: chain().settlement.payments })
  const ask = (request: AuditRequest) =>
    askAuditor(
      { network },
      { peerId: `memory-${auditor.signer.address}`, addresses: [] },
      request,
      AbortSignal.timeout(10_000),
    )

  /** The square of 2, as a provider that only this test knows delivered it. */
  async function workOf(result = { square: 4 }): Promise<FinishedWork> {
    own.disk.set('/in', null)
    own.disk.set('/in/count', new TextEncoder().encode('2'))
    const provider = signerFromKey(newPrivateKey())
    const { settlement } = chain()
    const terms = {
      ...{ demandId: hashText('demand'), offerId: hashText('offer'), requestor: own.signer.address },
      ...{ provider: provider.address, payee: provider.address, author: manifest.author, royaltyBps: 0 },
      ...{ manifest: squaresApp.manifestCid, settlement, pricePerCoreHourWei: parseGlm('1') },
      ...{ capWei: parseGlm('1'), unpaidLimitWei: parseGlm('1'), deadlineMs: 1 },
    }
    const id = agreementId(terms)
    const usage = { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 }
    const signed = signDeliveryBatch(provider, domain(), id, [{ index: 0, outputs: null, result, usage }])
    return {
      format: 'golem-work/1',
      terms,
      signatures: { requestor: signTerms(own.signer, terms), provider: signTerms(provider, terms) },
      subtask: {
        ...{ id: 'n2', group: 'all', label: 'two', units: 1_000_000 },
        request: { method: 'square-said', params: { n: 2 } },
      },
      inputs: (await own.storage.addPath('/in')).cid,
      delivered: { index: 0, outputs: null, result },
      signature: signed.signature,
      proof: [],
      check: { kind: 'exact' },
    }
  }
  const batchOf = (works: readonly FinishedWork[], change: Partial<AuditBatchBody> = {}): AuditBatchBody => ({
    format: 'golem-audit-batch/1',
    requestor: own.signer.address,
    contact: { peerId: `memory-${own.signer.address}`, addresses: [] },
    ...{
      manifest: squaresApp.manifestCid,
      settlement: chain().settlement,
      root: works.length === 0 ? hashText('') : rootOfLeaves(auditLeaves(works)),
    },
    ...{ count: works.length, beaconBlock: 5, auditors: [{ auditor: auditor.signer.address, weightWei: 1n }] },
    ...change,
  })
  const tell = (body: AuditBatchBody) => ask({ type: 'batch', batch: signAuditBatch(own.signer, body) })
  async function requestOf(work: FinishedWork, body: AuditBatchBody): Promise<AuditRequest & { type: 'audit' }> {
    const { cid } = await own.storage.addBytes(new TextEncoder().encode(canonicalJson(work)))
    return { type: 'audit', root: body.root, work: cid, proof: merkleProof(auditLeaves([work]), 0), funding: null }
  }
  /** What it says once it has looked. */
  const settled = async (request: AuditRequest) => {
    for (let block = 0; block < 6; block += 1) await grid.beacon.nudge()
    return vi.waitUntil(
      async () => {
        const reply = await ask(request)
        return reply.type === 'working' ? null : reply
      },
      { timeout: 20_000, interval: 200 },
    )
  }
  const treasury = () => createTreasury({ ...own, chain: chain(), nowMs: () => grid.clock.now(), randomBytes: bytes })

  it('hears of no batch whose beacon is known already, or that it has no part in', async () => {
    const work = await workOf()
    expect(await tell(batchOf([work], { beaconBlock: 1 }))).toMatchObject({ reason: expect.stringContaining('known') })
    expect(await tell(batchOf([work], { beaconBlock: 10_000 }))).toMatchObject({
      reason: expect.stringContaining('far'),
    })
    const others = [{ auditor: own.signer.address, weightWei: 1n }]
    expect(await tell(batchOf([work], { auditors: others }))).toMatchObject({ type: 'declined' })
    expect(await tell(batchOf([work]))).toMatchObject({ type: 'heard' })
  })

  it('breaks off with whoever tells of a batch that another signed', async () => {
    const body = batchOf([await workOf()])
    await expect(
      ask({ type: 'batch', batch: signAuditBatch(signerFromKey(newPrivateKey()), body) }),
    ).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
  })

  it('audits nothing of which it did not hear before the beacon', async () => {
    const work = await workOf()
    const request = await requestOf(work, batchOf([work]))
    expect(await settled(request)).toMatchObject({ type: 'declined', reason: expect.stringContaining('did not hear') })
  })

  it('audits nothing that it was not drawn for', async () => {
    const work = await workOf()
    const heavy = Array.from({ length: 4 }, () => ({
      auditor: signerFromKey(newPrivateKey()).address,
      weightWei: 10n ** 30n,
    }))
    const body = batchOf([work], { auditors: [{ auditor: auditor.signer.address, weightWei: 1n }, ...heavy] })
    await tell(body)
    expect(await settled(await requestOf(work, body))).toMatchObject({ reason: expect.stringContaining('not drawn') })
  })

  it('audits nothing that is not in the batch, or that its provider did not sign', async () => {
    const [work, another] = [await workOf(), await workOf()]
    const body = batchOf([work])
    await tell(body)
    expect(await settled(await requestOf(another, body))).toMatchObject({ reason: 'It is not in the batch.' })
    const forged = { ...work, delivered: { ...work.delivered, result: { square: 5 } } }
    const other = batchOf([forged], { beaconBlock: 12 })
    await tell(other)
    expect(await settled(await requestOf(forged, other))).toMatchObject({ reason: expect.stringContaining('not sign') })
  })

  it('computes nothing before its fee is locked, and takes no less than its fee', async () => {
    const work = await workOf()
    const body = batchOf([work])
    await tell(body)
    const request = await requestOf(work, body)
    expect(await settled(request)).toMatchObject({ reason: expect.stringContaining('not locked') })

    const second = await workOf({ square: 5 })
    const later = batchOf([second], { beaconBlock: 12 })
    await tell(later)
    const feeWei = feeOf(second)
    const channel = auditChannel(own.signer.address, auditor.signer.address)
    const purse = treasury()
    await purse.lock([{ channel, addWei: feeWei }], grid.clock.now() + 3_600_000)
    const funded = { ...(await requestOf(second, later)), funding: purse.newestFunding(channel) }
    const reply = await settled(funded)
    expect(reply).toMatchObject({ type: 'verdict' })

    // The same money covers no second audit.
    const third = await workOf({ square: 6 })
    const last = batchOf([third], { beaconBlock: 18 })
    await tell(last)
    const again = { ...(await requestOf(third, last)), funding: purse.newestFunding(channel) }
    expect(await settled(again)).toMatchObject({ reason: expect.stringContaining('not locked') })

    const pay = (amountWei: bigint) =>
      ask({
        type: 'pay',
        ...{ root: later.root, works: [funded.work] },
        voucher: signVoucher(own.signer, domain(), channel, amountWei),
      })
    expect(await pay(feeWei - 1n)).toMatchObject({ type: 'declined' })
    expect(await pay(feeWei + 2n ** 40n)).toMatchObject({ type: 'declined' })
    expect(await pay(feeWei)).toEqual({ type: 'paid' })
    const balance = async () => (await chain().balances(auditor.signer.address)).freeWei
    await vi.waitUntil(async () => (await balance()) === feeWei, { timeout: 20_000 })
  })

  /** Somebody without stake or money. */
  function stranger() {
    const node = grid.newNode()
    const { address } = node.signer
    const joined = grid.net.join({ address })
    strangers.push(joined)
    const to = { peerId: `memory-${auditor.signer.address}`, addresses: [] }
    const say = (request: AuditRequest) => askAuditor({ network: joined }, to, request, AbortSignal.timeout(10_000))
    const contact = { peerId: `memory-${address}`, addresses: [] }
    return {
      say,
      tell: (root: Bytes32, beaconBlock = 200) =>
        say({
          type: 'batch',
          batch: signAuditBatch(node.signer, batchOf([], { requestor: address, contact, root, count: 1, beaconBlock })),
        }),
      audit: (root: Bytes32) =>
        say({ type: 'audit', root, work: asCid(`bafkrei${'a'.repeat(52)}`), proof: [], funding: null }),
    }
  }
  /** Of one requestor that pays, whose batch was heard before. */
  async function audited(work: FinishedWork, body: AuditBatchBody) {
    const channel = auditChannel(own.signer.address, auditor.signer.address)
    const purse = treasury()
    await purse.lock([{ channel, addWei: feeOf(work) }], grid.clock.now() + 3_600_000)
    return settled({ ...(await requestOf(work, body)), funding: purse.newestFunding(channel) })
  }

  it('keeps nobody waiting for audits whose beacon is far ahead: who asks for them waits alone, for so many of its own', async () => {
    const work = await workOf()
    const body = batchOf([work])
    await tell(body)
    const flood = stranger()
    const roots = Array.from({ length: 20 }, (_, at) => hashText(`${at}`))
    for (const root of roots) expect(await flood.tell(root)).toMatchObject({ type: 'heard' })
    const replies = await Promise.all(roots.map(flood.audit))
    expect(replies.filter(({ type }) => type === 'working')).toHaveLength(16)
    expect(await audited(work, body)).toMatchObject({ type: 'verdict' })
  })

  it('leaves out who takes longest to show work and money, where many keys wait at once', async () => {
    const work = await workOf()
    const body = batchOf([work])
    await tell(body)
    const many = Array.from({ length: 70 }, stranger)
    for (const each of many) {
      const root = hashText(`${many.indexOf(each)}`)
      await each.tell(root)
      expect(await each.audit(root)).toEqual({ type: 'working' })
    }
    const [first] = many
    await expect
      .poll(() => first?.audit(hashText('0')))
      .toMatchObject({ type: 'declined', reason: 'Too many audits wait here.' })
    expect(await audited(work, body)).toMatchObject({ type: 'verdict' })
  })

  it('forgets batches of whoever tells of most, and not those of others', async () => {
    const work = await workOf()
    const body = batchOf([work])
    await tell(body)
    for (let key = 0; key < 17; key += 1) {
      const flood = stranger()
      await Promise.all(Array.from({ length: 64 }, (_, at) => flood.tell(hashText(`${key} ${at}`))))
    }
    expect(await audited(work, body)).toMatchObject({ type: 'verdict' })
  })

  it('breaks off with whoever pays it by a voucher for somebody else', async () => {
    const voucher = signVoucher(own.signer, domain(), auditChannel(own.signer.address, own.signer.address), 1n)
    const work = (await own.storage.addBytes(bytes(8))).cid
    await expect(ask({ type: 'pay', root: hashText('root'), works: [work], voucher })).rejects.toMatchObject({
      code: 'CHANNEL_CLOSED',
    })
  })
})
