import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asAddress, hashText, newPrivateKey, type Signer, signerFromKey } from '@golem/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FaultyProxy, type RpcCall, startFaultyProxy } from '../../test/faulty-proxy.ts'
import { type ChainOptions, createChain } from '../create-chain.ts'
import { faucet } from '../dev/faucet.ts'
import { type DevChain, joinDevChain } from '../dev/join-dev-chain.ts'
import { jsonRpc } from '../dev/json-rpc.ts'

const GLM = 10n ** 18n
const SEND = 'eth_sendRawTransaction'
const RECEIPT = 'eth_getTransactionReceipt'

describe('a chain that misbehaves', () => {
  let dir: string
  let dev: DevChain
  let proxy: FaultyProxy
  let signer: Signer

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'golem-chain-'))
    dev = await joinDevChain({ dir })
  })
  afterAll(async () => {
    await dev.leave()
    await rm(dir, { recursive: true })
  })
  beforeEach(async () => {
    proxy = await startFaultyProxy(dev.rpcUrl)
    signer = signerFromKey(newPrivateKey())
    await faucet(dev, signer.address, { glmWei: 10n * GLM, ethWei: GLM })
  })
  afterEach(() => proxy.stop())

  const open = (options: ChainOptions = {}) =>
    createChain(
      { rpcUrl: proxy.rpcUrl, settlement: dev.settlement, signer },
      { rpcTimeoutMs: 500, rebroadcastMs: 500, ...options },
    )
  const sent = async () => Number(await jsonRpc(dev.rpcUrl, 'eth_getTransactionCount', [signer.address, 'latest']))
  /** The first `count` calls of a method. */
  const first = (count: number, method: string) => {
    let seen = 0
    return (call: RpcCall) => call.method === method && seen++ < count
  }

  for (const fate of ['drop-before', 'drop-after', 'hang'] as const) {
    it(`sends one transaction where sending ends with ${fate}`, async () => {
      const chain = await open()
      const faulty = first(2, SEND)
      proxy.decide((call) => (faulty(call) ? fate : 'pass'))
      await chain.deposit(GLM)
      expect((await chain.balances(signer.address)).freeWei).toBe(GLM)
      expect(await sent()).toBe(1)
      const bytes = proxy.calls.filter(({ method }) => method === SEND).map(({ params }) => params[0])
      expect(bytes.length).toBeGreaterThan(1)
      expect(new Set(bytes).size).toBe(1)
      await chain.stop()
    })
  }

  it('finds the receipt when asking for it fails for a while', async () => {
    const chain = await open()
    const faulty = first(7, RECEIPT)
    proxy.decide((call) => (faulty(call) ? 'drop-before' : 'pass'))
    await chain.deposit(GLM)
    expect(await sent()).toBe(1)
    await chain.stop()
  })

  it('says that a transaction may have been sent when the chain falls silent amid it, and goes on afterwards', async () => {
    const chain = await open({ receiptTimeoutMs: 700 })
    let isDown = false
    proxy.decide((call) => {
      if (isDown) return 'drop-before'
      isDown = call.method === SEND
      return isDown ? 'drop-after' : 'pass'
    })
    await expect(chain.deposit(GLM)).rejects.toMatchObject({
      code: 'TRANSACTION_PENDING',
      message: expect.stringContaining('may have been sent'),
      data: { hash: expect.stringMatching(/^0x[0-9a-f]{64}$/) },
    })
    proxy.decide(() => 'pass')
    expect((await chain.balances(signer.address)).freeWei).toBe(GLM)
    await chain.withdraw(GLM)
    expect(await sent()).toBe(2)
    await chain.stop()
  })

  it('names a chain that does not answer, before anything is sent', async () => {
    const chain = await open()
    for (const fate of ['drop-before', 'hang'] as const) {
      proxy.decide(() => fate)
      await expect(chain.deposit(GLM)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
      await expect(chain.now()).rejects.toMatchObject({
        code: 'CHAIN_UNREACHABLE',
        message: expect.stringContaining(proxy.rpcUrl),
        remedy: expect.any(String),
      })
    }
    expect(await sent()).toBe(0)
    await chain.stop()
  })

  it('sends again what the chain forgot', async () => {
    const chain = await open()
    const forgotten = first(1, SEND)
    proxy.decide((call) => (forgotten(call) ? { result: hashText('accepted, then forgotten') } : 'pass'))
    await chain.deposit(GLM)
    expect(await sent()).toBe(1)
    await chain.stop()
  })

  it('shares a key with another process without losing or doubling a write', async () => {
    const [one, other] = [await open(), await open()]
    await one.deposit(10n * GLM)
    await Promise.all([one, other, one, other, one, other].map((chain) => chain.withdraw(GLM)))
    expect((await one.balances(signer.address)).freeWei).toBe(4n * GLM)
    expect(await sent()).toBe(7)
    await one.stop()
    await other.stop()
  })

  it('approves and deposits where the token knows no permit', async () => {
    const chain = await open()
    const eip712Domain = '0x84b0196e'
    const refusal = { error: { code: 3, message: 'execution reverted', data: '0x' } }
    proxy.decide(({ method, params }) =>
      method === 'eth_call' && JSON.stringify(params).includes(eip712Domain) ? refusal : 'pass',
    )
    const before = (await chain.balances(signer.address)).gasWei
    const receipts = await Promise.all([chain.deposit(GLM), chain.deposit(2n * GLM)])
    const after = await chain.balances(signer.address)
    expect(after.freeWei).toBe(3n * GLM)
    expect(await sent()).toBe(4)
    expect(before - after.gasWei).toBe(receipts.reduce((sum, { feeWei }) => sum + feeWei, 0n))
    await chain.stop()
  })

  it('stops amid a write', async () => {
    const chain = await open()
    proxy.decide(({ method }) => (method === SEND ? 'hang' : 'pass'))
    const writing = chain.deposit(GLM)
    const waiting = chain.deposit(GLM)
    const outcomes = Promise.allSettled([writing, waiting])
    while (!proxy.calls.some(({ method }) => method === SEND)) await chain.now()
    await chain.stop()
    const [sending, next] = await outcomes
    expect(sending).toMatchObject({ reason: { code: 'TRANSACTION_PENDING' } })
    expect(next).toMatchObject({ reason: { code: 'CHAIN_UNREACHABLE' } })
  })

  it('refuses another chain, other contracts and another token', async () => {
    const { chainId, payments, token } = dev.settlement
    const stranger = asAddress(signer.address)
    const opening = (settlement: object) =>
      createChain({ rpcUrl: dev.rpcUrl, signer, settlement: { ...dev.settlement, ...settlement } })
    await expect(opening({ chainId: chainId + 1 })).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' })
    await expect(opening({ payments: stranger })).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' })
    await expect(opening({ token: stranger })).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' })
    proxy.decide(({ method }) => (method === 'eth_chainId' ? { result: '0x1' } : 'pass'))
    await expect(open()).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' })
    const chain = await createChain({ rpcUrl: dev.rpcUrl, signer, settlement: { payments, token } })
    expect(chain.settlement).toEqual(dev.settlement)
    await chain.stop()
  })
})
