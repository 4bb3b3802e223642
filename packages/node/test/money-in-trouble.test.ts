import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DevChain, joinDevChain } from '@golem/chain'
import { memoryStore } from '@golem/ports/memory'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readClaims, restoreClaims } from '../src/keys/claims.ts'
import { CONFIRMATIONS, GLM, type MoneyWorld, makeMoneyWorld } from './money-world.ts'

const SEND = 'eth_sendRawTransaction'
const GWEI = 10n ** 9n
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** The watch over a real chain that is made to misbehave: nothing is lost, nothing is paid twice, the person is told. */
describe('what was earned, on a chain in trouble', { timeout: 90_000 }, () => {
  let dir: string
  let dev: DevChain
  let world: MoneyWorld

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'golem-money-'))
    dev = await joinDevChain({ dir })
  })
  afterAll(async () => {
    await dev.leave()
    await rm(dir, { recursive: true })
  })
  beforeEach(async () => {
    world = await makeMoneyWorld(dev)
  })
  afterEach(async () => {
    await world.rpc('anvil_setNextBlockBaseFeePerGas', GWEI.toString())
    await world.mine(1)
    await world.close()
  })

  const forgotten = () => world.store.list('provider/').every(({ key }) => !key.includes('/account/'))
  const isSettled = async (amountWei: bigint) => {
    const { paidWei, collectedWei } = await world.paid()
    return paidWei === amountWei && collectedWei === amountWei
  }

  it('is paid once though the three blocks with its payment are reorganised away', async () => {
    const { paid, freeWei, until, mine } = world
    const watch = world.openWatch(await world.openChain())
    await world.earn(watch, GLM)
    watch.look()
    await until(() => isSettled(GLM))
    await until(() => watch.earnings().owedToMeWei === 0n)
    await mine(1)
    // Redemption, collection, and the block after.
    await world.rpc('anvil_reorg', 3, [])
    expect((await paid()).paidWei).toBe(0n)
    expect(forgotten()).toBe(false)
    await until(() => isSettled(GLM), watch.look)
    await mine(CONFIRMATIONS)
    await until(forgotten, watch.look)
    expect([await freeWei(), watch.troubles()]).toEqual([GLM, []])
  })

  it('is redeemed where a settlement that was seen is reorganised away, and never made again', async () => {
    const { until, mine } = world
    const chain = await world.openChain()
    const watch = world.openWatch(chain)
    await world.earn(watch, GLM)
    await world.requestor.settle([{ channel: world.channel, amountWei: GLM }])
    watch.ledger.noteSettling(world.id, Date.now() / 1_000 + 600)
    await until(() => isSettled(GLM), watch.look)
    await until(() => watch.earnings().owedToMeWei === 0n, watch.look)
    await watch.stop()
    // The requestor is gone with its computer, and nobody sends its transaction again.
    await world.requestor.stop()
    await world.rpc('anvil_reorg', 3, [])
    const later = world.openWatch(chain, { aheadMs: 11 * MINUTE_MS })
    const paidWei = async () => (await chain.channel(world.channel)).paidWei
    expect(await paidWei()).toBe(0n)
    await until(async () => (await paidWei()) === GLM, later.look)
    await until(async () => (await chain.balances(world.channel.payee)).freeWei === GLM, later.look)
    await mine(CONFIRMATIONS)
    await until(forgotten, later.look)
  })

  it('waits for the chain, says what is owed and why it is not paid, and loses nothing', async () => {
    const { until, proxy } = world
    const chain = await world.openChain()
    const watch = world.openWatch(chain)
    await world.earn(watch, GLM)
    proxy.decide(() => 'drop-before')
    watch.look()
    await until(() => watch.troubles().length > 0)
    expect(watch.troubles()).toEqual([
      {
        code: 'CHAIN_UNREACHABLE',
        message: expect.stringMatching(/^Vouchers over 1 GLM could not be redeemed yet: .*does not answer/),
        remedy: expect.any(String),
      },
    ])
    expect(chain.troubles()).toMatchObject([{ code: 'CHAIN_UNREACHABLE' }])
    proxy.decide(() => 'pass')
    await until(() => isSettled(GLM), watch.look)
    await until(() => watch.troubles().length + chain.troubles().length === 0, watch.look)
    expect(await world.freeWei()).toBe(GLM)
  })

  it('is paid once where the first answer to everything is lost', async () => {
    const watch = world.openWatch(await world.openChain())
    await world.earn(watch, GLM)
    const asked = new Set<string>()
    world.proxy.decide(({ method, params }) => {
      const question = JSON.stringify([method, params])
      if (asked.has(question)) return 'pass'
      asked.add(question)
      return 'drop-after'
    })
    await world.until(() => isSettled(GLM), watch.look)
    expect(await world.freeWei()).toBe(GLM)
    expect(Number(await world.rpc('eth_getTransactionCount', world.channel.payee, 'latest'))).toBe(2)
  })

  it('sends nothing to a chain that calls itself another, and is redeemed when it is itself again', async () => {
    const { until, proxy } = world
    const watch = world.openWatch(await world.openChain())
    await world.earn(watch, GLM)
    proxy.decide(({ method }) => (method === 'eth_chainId' ? { result: '0x1' } : 'pass'))
    watch.look()
    await until(() => watch.troubles().some(({ code }) => code === 'CHAIN_MISMATCH'))
    expect(proxy.calls.filter(({ method }) => method === SEND)).toEqual([])
    proxy.decide(() => 'pass')
    await until(() => isSettled(GLM), watch.look)
  })

  it('waits while gas is dear for what it is, and goes when it is cheap', async () => {
    const { until, rpc } = world
    const watch = world.openWatch(await world.openChain(), { glmPerEth: 1_000 })
    await world.earn(watch, 3n * GLM)
    await rpc('anvil_setNextBlockBaseFeePerGas', (100n * GWEI).toString())
    await world.mine(1)
    const asked = () => world.proxy.calls.filter(({ method }) => method === 'eth_gasPrice').length
    watch.look()
    await until(() => asked() > 0)
    watch.look()
    await until(() => asked() > 1, watch.look)
    expect((await world.paid()).paidWei).toBe(0n)
    await rpc('anvil_setNextBlockBaseFeePerGas', GWEI.toString())
    await world.mine(1)
    await until(async () => (await world.paid()).paidWei === 3n * GLM, watch.look)
  })

  it('is redeemed before its lock expires by a node that was away until the last day', async () => {
    const { until } = world
    const first = world.openWatch(await world.openChain(), { glmPerEth: 1_000 })
    await world.earn(first, GLM)
    // Not worth its gas yet: a redemption is left for later.
    first.start()
    await until(() => world.proxy.calls.some(({ method }) => method === 'eth_gasPrice'))
    await first.stop()
    expect((await world.paid()).paidWei).toBe(0n)
    const second = world.openWatch(await world.openChain(), { glmPerEth: 1_000, aheadMs: 24 * HOUR_MS })
    second.start()
    await until(async () => (await world.paid()).paidWei === GLM)
  })

  it('is redeemed by another home that has the backup of its claims', async () => {
    const { until } = world
    const first = world.openWatch(await world.openChain())
    await world.earn(first, GLM)
    await first.stop()
    const other = memoryStore()
    expect(restoreClaims(other, readClaims(world.store))).toBe(1)
    const second = world.openWatch(await world.openChain(other), { from: other })
    second.start()
    await until(() => isSettled(GLM))
    expect(await world.freeWei()).toBe(GLM)
  })

  it('whose proof was lost is paid out of the next lock, which covers it again', async () => {
    const { until, store } = world
    const first = world.openWatch(await world.openChain())
    await world.earn(first, GLM)
    await first.stop()
    for (const { key, value } of store.list('provider/')) {
      if (key.includes('/account/'))
        store.commit([{ put: key, value: value.replace(/"fundings":\[.*\]/, '"fundings":[]') }])
    }
    const second = world.openWatch(await world.openChain())
    second.look()
    await until(() => second.troubles().some(({ code }) => code === 'VOUCHER_UNPAID'))
    expect(second.ledger.provenWei(world.id)).toBe(0n)
    const next = await world.lock(2n * GLM)
    await world.mine(CONFIRMATIONS)
    await second.ledger.prove(world.channel, next, () => true)
    await until(() => isSettled(GLM), second.look)
    expect(second.troubles()).toEqual([])
  })

  describe('before work', () => {
    const prove = async (
      watch: ReturnType<MoneyWorld['openWatch']>,
      funding: Awaited<ReturnType<MoneyWorld['lock']>>,
    ) => {
      try {
        await watch.ledger.prove(world.channel, funding, () => true)
      } catch (error) {
        return (error as { code: string }).code
      }
      return watch.ledger.provenWei(world.id)
    }

    it('a root counts when it is final, and not when it was reorganised away', async () => {
      const watch = world.openWatch(await world.openChain())
      const funding = await world.lock(GLM)
      await world.mine(CONFIRMATIONS - 1)
      expect(await prove(watch, funding)).toBe('FUNDING_UNPOSTED')
      await world.requestor.stop()
      await world.rpc('anvil_reorg', CONFIRMATIONS, [])
      await world.mine(2 * CONFIRMATIONS)
      expect(await prove(watch, funding)).toBe('FUNDING_UNPOSTED')
      expect([watch.ledger.provenWei(world.id), forgotten()]).toEqual([0n, true])
    })

    it.each([
      ['another chain', 'eth_chainId', '', '0x1'],
      ['other code', 'eth_getCode', '', '0x6001600101'],
      ['another token', 'eth_call', '0xfc0c546a', `0x${'11'.repeat(20).padStart(64, '0')}`],
    ])('a chain that shows %s is not worked for', async (_, method, selector, result) => {
      const watch = world.openWatch(await world.openChain())
      const funding = await world.lock(GLM)
      await world.mine(CONFIRMATIONS)
      world.proxy.decide((call) =>
        call.method === method && JSON.stringify(call.params ?? []).includes(selector) ? { result } : 'pass',
      )
      expect(await prove(watch, funding)).toBe('CHAIN_MISMATCH')
      expect([watch.ledger.provenWei(world.id), forgotten()]).toEqual([0n, true])
      world.proxy.decide(() => 'pass')
      expect(await prove(watch, funding)).toBe(GLM)
    })

    it('a place that begins above what was paid covers nothing', async () => {
      const watch = world.openWatch(await world.openChain())
      const funding = await world.lock(GLM, 1n)
      await world.mine(CONFIRMATIONS)
      expect(await prove(watch, funding)).toBe(0n)
    })

    it('a proof that is in the store counts after a restart', async () => {
      const chain = await world.openChain()
      await world.earn(world.openWatch(chain), GLM)
      const again = world.openWatch(chain)
      expect([again.ledger.coveredWei(world.id), again.ledger.storedWei(world.id)]).toEqual([GLM, GLM])
    })
  })
})
