import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryStore } from '@golem/ports/memory'
import { newPrivateKey, type Signer, signerFromKey } from '@golem/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FaultyProxy, startFaultyProxy } from '../../test/faulty-proxy.ts'
import { type ChainOptions, createChain, type EvmChain } from '../create-chain.ts'
import { faucet } from '../dev/faucet.ts'
import { type DevChain, joinDevChain } from '../dev/join-dev-chain.ts'
import { jsonRpc } from '../dev/json-rpc.ts'

const GLM = 10n ** 18n
const GWEI = 10n ** 9n
const SEND = 'eth_sendRawTransaction'
const COUNT = 'eth_getTransactionCount'
const quick = { rpcTimeoutMs: 2_000, maxPollMs: 50, patienceMs: 300, rebroadcastMs: 200 }

/** A real chain that mines when told, behind a proxy that misbehaves when told. */
describe('transactions on a chain in trouble', { timeout: 60_000 }, () => {
  let dir: string
  let dev: DevChain
  let proxy: FaultyProxy
  let signer: Signer
  let store: ReturnType<typeof memoryStore>
  let opened: EvmChain[]

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
    store = memoryStore()
    opened = []
    await faucet(dev, signer.address, { glmWei: 10n * GLM, ethWei: 10n * GLM })
    await rpc('evm_setAutomine', false)
  })
  afterEach(async () => {
    for (const chain of opened) await chain.stop()
    await rpc('evm_setAutomine', true)
    await rpc('anvil_setNextBlockBaseFeePerGas', GWEI.toString())
    await rpc('evm_mine')
    await proxy.stop()
  })

  const rpc = <T = unknown>(method: string, ...params: unknown[]) => jsonRpc<T>(dev.rpcUrl, method, params)
  const mine = () => rpc('evm_mine')
  const open = async (options: ChainOptions = {}, rpcUrl = proxy.rpcUrl) => {
    const chain = await createChain({ rpcUrl, settlement: dev.settlement, signer, store }, { ...quick, ...options })
    opened.push(chain)
    return chain
  }
  const until = async (holds: () => boolean | Promise<boolean>) => {
    while (!(await holds())) await sleep(10)
  }
  /** Bytes that reached the chain, oldest first, each once. */
  const sent = () => [...new Set(proxy.calls.filter(({ method }) => method === SEND).map(({ params }) => params[0]))]
  const nonce = async () => Number(await rpc(COUNT, signer.address, 'latest'))
  const waiting = async () => {
    const pool = await rpc<{ pending: object }>('txpool_content')
    return Object.keys(pool.pending).map((each) => each.toLowerCase())
  }
  const inPool = () => until(async () => (await waiting()).includes(signer.address))
  const free = async (chain: EvmChain) => (await chain.balances(signer.address)).freeWei
  const last = (chain: EvmChain) => chain.account.transactions().at(-1)

  it('goes on with the same bytes when the node dropped them', async () => {
    const chain = await open()
    const depositing = chain.deposit(GLM)
    await inPool()
    await rpc('anvil_removePoolTransactions', signer.address)
    expect(await waiting()).not.toContain(signer.address)
    await inPool()
    await mine()
    await depositing
    expect([await free(chain), await nonce(), sent().length]).toEqual([GLM, 1, 1])
  })

  it('pays more when gas has become dearer, and once', async () => {
    const chain = await open()
    const depositing = chain.deposit(GLM, 'a test')
    await inPool()
    await rpc('anvil_setNextBlockBaseFeePerGas', (100n * GWEI).toString())
    await mine()
    expect(await nonce()).toBe(0)
    await until(async () => (await nonce()) === 1 || (await mine()) === undefined)
    const receipt = await depositing
    expect([await free(chain), await nonce()]).toEqual([GLM, 1])
    expect(sent().length).toBeGreaterThan(1)
    expect(last(chain)).toMatchObject({ what: 'deposit', why: 'a test', amountWei: GLM, isFinal: true })
    expect(last(chain)?.outcome).toMatchObject({ state: 'mined', hash: receipt.hash, feeWei: receipt.feeWei })
  })

  it('pays no more than it may, says so, and is mined when gas is cheap again', async () => {
    const chain = await open({ maxFeePerGasWei: 20n * GWEI })
    const depositing = chain.deposit(GLM)
    await inPool()
    await rpc('anvil_setNextBlockBaseFeePerGas', (100n * GWEI).toString())
    await mine()
    await until(() => chain.troubles().some(({ message }) => message.includes('too dear')))
    expect(await nonce()).toBe(0)
    await rpc('anvil_setNextBlockBaseFeePerGas', GWEI.toString())
    await mine()
    await until(async () => (await nonce()) === 1 || (await mine()) === undefined)
    await depositing
    expect([await free(chain), chain.troubles()]).toEqual([GLM, []])
    await rpc('anvil_setNextBlockBaseFeePerGas', (100n * GWEI).toString())
    await mine()
    await expect(chain.withdraw(GLM)).rejects.toMatchObject({ code: 'GAS_TOO_DEAR' })
    expect(await nonce()).toBe(1)
  })

  it('makes it anew when another program took its place with a dearer one, and once', async () => {
    await rpc('evm_setAutomine', true)
    const chain = await open()
    await chain.deposit(10n * GLM)
    await rpc('evm_setAutomine', false)
    const withdrawing = chain.withdraw(GLM)
    await inPool()
    // Another program with the same key, which knows nothing of this one's journal.
    const other = await createChain({ rpcUrl: dev.rpcUrl, settlement: dev.settlement, signer }, quick)
    opened.push(other)
    await rpc('anvil_removePoolTransactions', signer.address)
    await rpc('anvil_setNextBlockBaseFeePerGas', (100n * GWEI).toString())
    await mine()
    const elsewhere = other.withdraw(2n * GLM)
    await until(async () => (await nonce()) >= 3 || (await mine()) === undefined)
    await Promise.all([withdrawing, elsewhere])
    expect([await free(chain), await nonce()]).toEqual([7n * GLM, 3])
  })

  it('fills numbers that are missing before its own', async () => {
    const chain = await open()
    // A node that counts two transactions that it never had.
    proxy.decide(({ method, params }) =>
      method === COUNT && params[1] === 'pending' && sent().length === 0 ? { result: '0x2' } : 'pass',
    )
    const depositing = chain.deposit(GLM)
    await until(async () => (await nonce()) === 3 || (await mine()) === undefined)
    await depositing
    expect(await free(chain)).toBe(GLM)
    expect(chain.account.transactions().map(({ nonce, what }) => [nonce, what])).toEqual([
      [2, 'deposit'],
      [0, 'nothing'],
      [1, 'nothing'],
    ])
  })

  it('uses no number twice where the node lags behind', async () => {
    await rpc('evm_setAutomine', true)
    const chain = await open()
    await chain.deposit(2n * GLM)
    proxy.decide(({ method }) => (method === COUNT && sent().length < 2 ? { result: '0x0' } : 'pass'))
    await chain.withdraw(GLM)
    expect([await free(chain), await nonce(), sent().length]).toEqual([GLM, 2, 2])
  })

  it('is final only below so many blocks, and survives three blocks being reorganised', async () => {
    const chain = await open({ confirmations: 4 })
    const depositing = chain.deposit(GLM)
    await inPool()
    await mine()
    const { blockNumber } = await depositing
    await mine()
    await mine()
    expect(last(chain)).toMatchObject({ isFinal: false, outcome: { state: 'mined', blockNumber } })
    await rpc('anvil_reorg', 3, [])
    expect([await nonce(), await free(chain)]).toEqual([0, 0n])
    await until(() => chain.troubles().some(({ message }) => message.includes('reorganised')))
    await inPool()
    await mine()
    await until(() => last(chain)?.outcome?.state === 'mined')
    for (let block = 0; block < 4; block++) await mine()
    await until(() => last(chain)?.isFinal === true)
    expect([await free(chain), await nonce(), sent().length, chain.troubles()]).toEqual([GLM, 1, 1, []])
  })

  it('shows a lock to payees only when it is final', async () => {
    const chain = await open({ confirmations: 3 })
    const depositing = chain.deposit(GLM)
    await inPool()
    await mine()
    await depositing
    const round = { root: `0x${'ab'.repeat(32)}` as never, sumWei: GLM, expiryS: (await chain.now()) + 1_000 }
    let isFinal = false
    const posting = chain.post(round).then(async (receipt) => {
      await chain.final(receipt)
      isFinal = true
    })
    await inPool()
    await mine()
    const of = { requestor: signer.address, ...round }
    await until(async () => (await chain.round(of)) !== null)
    expect(await chain.round(of, { at: 'final' })).toBeNull()
    await mine()
    await mine()
    expect(isFinal).toBe(false)
    await mine()
    await posting
    expect(await chain.round(of, { at: 'final' })).toMatchObject({ leftWei: GLM })
  })

  for (const fate of ['hang', 'drop-before', 'drop-after'] as const) {
    it(`a process that ended while sending ends with ${fate}: the next one sends the same bytes, and nothing before`, async () => {
      const first = await open()
      proxy.decide(({ method }) => (method === SEND ? fate : 'pass'))
      const depositing = first.deposit(GLM)
      const ended = expect(depositing).rejects.toMatchObject({ code: 'TRANSACTION_PENDING' })
      await until(() => sent().length > 0)
      await first.stop()
      await ended
      proxy.decide(() => 'pass')
      await rpc('evm_setAutomine', true)
      if (fate === 'drop-after') await mine()
      const second = await open()
      await second.withdraw(GLM)
      expect([await free(second), await nonce(), sent().length]).toEqual([0n, 2, 2])
      expect(second.account.transactions().map(({ what, outcome }) => [what, outcome?.state])).toEqual([
        ['deposit', 'mined'],
        ['withdraw', 'mined'],
      ])
    })
  }

  it('sends nothing to a chain that calls itself another', async () => {
    const chain = await open()
    proxy.decide(({ method }) => (method === 'eth_chainId' ? { result: '0x1' } : 'pass'))
    await expect(chain.deposit(GLM)).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' })
    await expect(chain.verify()).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' })
    expect(sent()).toEqual([])
    proxy.decide(() => 'pass')
    await chain.verify()
  })

  it('works with a node that takes its time', async () => {
    await rpc('evm_setAutomine', true)
    const chain = await open()
    proxy.decide(() => ({ delayMs: 150 }))
    await chain.deposit(GLM)
    expect([await free(chain), await nonce()]).toEqual([GLM, 1])
  })
})
