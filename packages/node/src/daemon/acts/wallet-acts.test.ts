import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChain, type EvmChain, faucet, joinDevChain } from '@golem/chain'
import { memoryClock, memoryStore } from '@golem/ports/memory'
import { asAddress, type ChannelKey, newPrivateKey, parseGlm, signerFromKey } from '@golem/protocol'
import { createWatch } from '@golem/roles'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { walletActs } from './wallet-acts.ts'

const GLM = parseGlm('1')
const logger = { debug() {}, info() {}, warn() {}, error() {} }
const signer = signerFromKey(newPrivateKey())
const payee = asAddress(`0x${'2b'.repeat(20)}`)

let chain: EvmChain
let end: () => Promise<void>
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'golem-acts-'))
  const dev = await joinDevChain({ dir })
  await faucet(dev, signer.address, { glmWei: 100n * GLM, ethWei: 10n ** 18n })
  chain = await createChain({ ...dev, signer })
  end = async () => {
    await chain.stop()
    await dev.leave()
    await rm(dir, { recursive: true })
  }
})
afterAll(() => end())

/** A node that has promised so much to one payee. */
function node(promisedWei: bigint) {
  const channel: ChannelKey = { requestor: signer.address, payee, author: payee, royaltyBps: 0 }
  const owed = async () => {
    const { paidWei } = await chain.channel(channel)
    return promisedWei > paidWei ? [{ channel, amountWei: promisedWei, paidWei }] : []
  }
  const settler = {
    owed,
    settleAll: async (why: string) => {
      const targets = await owed()
      return targets.length === 0 ? null : chain.settle(targets, why)
    },
    begin: async () => new Set<never>(),
    stop: async () => undefined,
  }
  const watch = createWatch({ store: memoryStore(), chain, clock: memoryClock(), logger })
  return { acts: walletActs({ chain, requestor: { settler }, watch }), channel }
}

it('says what an act does and costs, and then does it', async () => {
  const { acts } = node(0n)
  const deposit = await acts.deposit({ act: 'deposit', amountWei: `${10n * GLM}` })
  expect(deposit.about).toContain('10 GLM')
  const { gas } = await chain.account.estimate(deposit.calls)
  const receipt = await deposit.carryOut()
  expect(Number(gas) / Number(receipt?.gasUsed)).toBeGreaterThan(0.9)
  await (await acts.withdraw({ act: 'withdraw', amountWei: `${4n * GLM}` })).carryOut()
  await (await acts.send({ act: 'send', coin: 'glm', amountWei: `${GLM}`, to: payee })).carryOut()
  await (await acts.send({ act: 'send', coin: 'eth', amountWei: '5', to: payee })).carryOut()
  expect(await chain.balances(signer.address)).toMatchObject({ walletWei: 93n * GLM, freeWei: 6n * GLM })
  expect(await chain.balances(payee)).toMatchObject({ walletWei: GLM, gasWei: 5n })
})

it('settles what was promised, once', async () => {
  const { acts, channel } = node(2n * GLM)
  const plan = await acts.settle({ act: 'settle' })
  expect([plan.about, plan.calls.length]).toEqual(['Pays 2 GLM that this node promised, in one channel.', 1])
  expect((await chain.account.estimate(plan.calls)).gas).toBeGreaterThan(21_000n)
  expect((await plan.carryOut())?.gasUsed).toBeGreaterThan(0n)
  expect((await chain.channel(channel)).paidWei).toBe(2n * GLM)
  const again = await acts.settle({ act: 'settle' })
  expect([again.about, again.calls.length]).toEqual(['Nothing is owed, in either direction.', 0])
  expect(await again.carryOut()).toBeNull()
})
