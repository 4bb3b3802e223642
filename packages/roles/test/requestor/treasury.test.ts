import { randomBytes } from 'node:crypto'
import { memoryLedger, memoryStore } from '@golem/ports/memory'
import {
  asAddress,
  channelId,
  isVoucherSigned,
  newPrivateKey,
  parseGlm,
  signerFromKey,
  verifyFunding,
} from '@golem/protocol'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { CREDIT_MARGIN_MS, createTreasury, type Treasury } from '../../src/requestor/treasury.ts'

const signer = signerFromKey(newPrivateKey())
const payee = (byte: string) => asAddress(`0x${byte.repeat(20)}`)
const channel = (byte = 'aa') => ({
  requestor: signer.address,
  payee: payee(byte),
  author: payee('00'),
  royaltyBps: 0,
})

describe('createTreasury', () => {
  let nowMs: number
  let store: ReturnType<typeof memoryStore>
  let ledger: ReturnType<typeof memoryLedger>
  let treasury: Treasury
  const open = () =>
    createTreasury({
      signer,
      chain: ledger.open(signer.address),
      store,
      nowMs: () => nowMs,
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
    })
  const domain = () => ({ chainId: ledger.settlement.chainId, verifyingContract: ledger.settlement.payments })
  const deadline = () => nowMs + 60_000

  beforeEach(() => {
    nowMs = 1_800_000_000_000
    store = memoryStore()
    ledger = memoryLedger({ clock: { now: () => nowMs } })
    ledger.fund(signer.address, { glmWei: parseGlm('10'), gasWei: parseGlm('1') })
    treasury = open()
  })

  it('locks for several providers in one transaction, each with a proof that holds', async () => {
    const requests = [
      { channel: channel('aa'), addWei: parseGlm('1') },
      { channel: channel('bb'), addWei: parseGlm('2') },
    ]
    const { fundings, receipts } = await treasury.lock(requests, deadline())
    expect(receipts.map(({ what }) => what)).toEqual(['lock'])
    expect(fundings.size).toBe(2)
    for (const funding of fundings.values()) expect(verifyFunding(funding)).toBe(true)
    expect(treasury.freeCredit(channel('bb'))).toBeGreaterThanOrEqual(parseGlm('2'))
  })

  it('gives providers that share a payee one leaf for the sum of what they need', async () => {
    const requests = [1, 2].map((glm) => ({ channel: channel(), addWei: parseGlm(`${glm}`) }))
    const { fundings } = await treasury.lock(requests, deadline())
    expect([...fundings.keys()]).toEqual([channelId(channel())])
    expect(treasury.freeCredit(channel())).toBeGreaterThanOrEqual(parseGlm('3'))
  })

  it('says what is missing before it locks anything', async () => {
    const request = [{ channel: channel(), addWei: parseGlm('11') }]
    await expect(treasury.lock(request, deadline())).rejects.toMatchObject({ code: 'FUNDS_MISSING' })
    await expect(treasury.checkFunds(parseGlm('11'))).rejects.toMatchObject({ code: 'FUNDS_MISSING' })
    expect((await treasury.totals()).lockedWei).toBe(0n)
  })

  it('counts what is promised and what is reserved against the credit, and never promises more', async () => {
    await treasury.lock([{ channel: channel(), addWei: 1_000n }], deadline())
    const free = treasury.freeCredit(channel())
    treasury.reserve(channel(), 300n)
    expect(treasury.freeCredit(channel())).toBe(free - 300n)
    treasury.release(channel(), 300n)
    const { voucher, changes, made } = treasury.promise(channel(), 400n)
    store.commit(changes)
    made()
    expect(voucher.amountWei).toBe(400n)
    expect(isVoucherSigned(domain(), voucher)).toBe(true)
    expect(treasury.freeCredit(channel())).toBe(free - 400n)
  })

  it('makes every voucher cumulative over jobs and restarts', async () => {
    await treasury.lock([{ channel: channel(), addWei: 1_000n }], deadline())
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 50n), { maxLength: 5 }), (amounts) => {
        let expected = treasury.latest(channel())?.amountWei ?? 0n
        for (const amount of amounts) {
          expected += amount
          const { voucher, changes, made } = treasury.promise(channel(), amount)
          expect(voucher.amountWei).toBe(expected)
          store.commit(changes)
          made()
        }
        treasury = open()
        expect(treasury.latest(channel())?.amountWei ?? 0n).toBe(expected)
      }),
      // Each signs and restarts: a fifth of what is usual.
      { numRuns: (fc.readConfigureGlobal().numRuns ?? 100) / 5 },
    )
  })

  it('forgets a promise that was never written down: it cannot have left the node', async () => {
    treasury.promise(channel(), 400n)
    expect(treasury.latest(channel())).toBeNull()
    expect(open().latest(channel())).toBeNull()
  })

  it('counts no lock that expires within the margin in which a provider stops giving credit', async () => {
    await treasury.lock([{ channel: channel(), addWei: 1_000n }], deadline())
    expect(treasury.freeCredit(channel())).toBeGreaterThan(0n)
    nowMs += 60_000 + CREDIT_MARGIN_MS + 3_600_000
    expect(treasury.freeCredit(channel())).toBe(0n)
    expect(treasury.newestFunding(channel())).toBeNull()
  })

  it('tops a channel up on top of what is owed and reserved', async () => {
    await treasury.lock([{ channel: channel(), addWei: 1_000n }], deadline())
    const { changes, made } = treasury.promise(channel(), 600n)
    store.commit(changes)
    made()
    treasury.reserve(channel(), 200n)
    const before = treasury.freeCredit(channel())
    await treasury.lock([{ channel: channel(), addWei: 500n }], deadline())
    expect(treasury.freeCredit(channel())).toBeGreaterThanOrEqual(before + 500n)
    const newest = treasury.newestFunding(channel())
    expect(newest && newest.leaf.baseWei + newest.leaf.capWei).toBeGreaterThanOrEqual(600n + 200n + before + 500n)
  })

  it('brings back what expired rounds still hold, and what a crash made it forget', async () => {
    const { fundings } = await treasury.lock([{ channel: channel(), addWei: 1_000n }], deadline())
    const [funding] = fundings.values()
    // As a crash between the post and its record leaves it.
    const [kept] = store.list('requestor/funding/')
    if (!kept || !funding) throw new Error('nothing was locked')
    const scope = kept.key.split('/').slice(2, 4).join('/')
    store.commit([{ remove: kept.key }, { put: `requestor/intent/${scope}/${funding.root}`, value: `[${kept.value}]` }])
    treasury = open()
    expect(await treasury.reclaim()).toEqual([])
    const before = await ledger.open(signer.address).balances(signer.address)
    nowMs += 60_000 + CREDIT_MARGIN_MS + 2 * 3_600_000
    expect(await treasury.reclaim()).toHaveLength(1)
    const after = await ledger.open(signer.address).balances(signer.address)
    expect(after.freeWei - before.freeWei).toBe(funding.sumWei)
    expect((await treasury.totals()).lockedWei).toBe(0n)
    expect(await treasury.reclaim()).toEqual([])
  })
})
