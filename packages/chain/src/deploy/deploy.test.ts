import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asAddress, newPrivateKey, signerFromKey } from '@golem/protocol'
import { getContractAddress, type Hex, recoverTransactionAddress, type TransactionSerialized } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, openAccount } from '../account/open-account.ts'
import { createChain } from '../create-chain.ts'
import { faucet } from '../dev/faucet.ts'
import { type DevChain, joinDevChain } from '../dev/join-dev-chain.ts'
import { jsonRpc } from '../dev/json-rpc.ts'
import { FACTORY } from './create2.ts'
import { deploy, prepareDeployment } from './deploy.ts'
import { contractsOf, planDeployment } from './plan-deployment.ts'

const signer = signerFromKey(newPrivateKey())
const ETH = 10n ** 18n

const terms = (change = {}) => ({
  crowdfunding: {
    startsAtS: 0,
    endsAtS: 4_000_000_000,
    minimumWei: ETH,
    capWei: 2n * ETH,
    company: signer.address,
    teamLockS: 60,
    team: [
      { member: signer.address, share: 2 },
      { member: asAddress(`0x${'2a'.repeat(20)}`), share: 1 },
    ],
    ...change,
  },
})

describe('deploying', () => {
  let dir: string
  let dev: DevChain
  let account: Account
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'golem-deploy-'))
    dev = await joinDevChain({ dir })
    await faucet(dev, signer.address, { glmWei: 0n, ethWei: 100n * ETH })
    account = await openAccount({ rpcUrl: dev.rpcUrl, signer })
  })
  afterAll(async () => {
    await account.stop()
    await dev.leave()
    await rm(dir, { recursive: true })
  })

  it('knows the deployer by its transaction', async () => {
    const maker = await recoverTransactionAddress({
      serializedTransaction: FACTORY.transaction as Hex as TransactionSerialized,
    })
    expect(asAddress(maker)).toBe(FACTORY.signer)
    expect(asAddress(getContractAddress({ from: maker, nonce: 0n }))).toBe(FACTORY.address)
  })

  it('makes a token and all contracts for it where they were foretold, says the price before, and does it once', async () => {
    const prepared = await prepareDeployment(account, terms())
    expect(prepared.missing.map(({ name }) => name)).toEqual(['Crowdfunding', 'Payments', 'Stake', 'Disputes'])
    const receipts = await deploy(account, prepared)
    const used = receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n)
    expect(Number(prepared.gas) / Number(used)).toBeGreaterThan(0.9)
    expect(Number(prepared.gas) / Number(used)).toBeLessThan(1.3)

    expect((await prepareDeployment(account, terms())).missing).toEqual([])
    expect(contractsOf(prepared.token).payments).toBe(prepared.payments)
    const { token, payments } = planDeployment(terms())
    const chain = await createChain({ rpcUrl: dev.rpcUrl, signer, settlement: { token, payments } })
    expect((await chain.balances(signer.address)).walletWei).toBe(0n)
    await chain.stop()
  })

  it('makes the contracts for a token that exists', async () => {
    const { token } = dev.settlement
    expect(contractsOf(token).payments).toBe(dev.settlement.payments)
    const prepared = await prepareDeployment(account, { token })
    // A development chain has shorter disputes.
    expect(prepared.missing.map(({ name }) => name)).toEqual(['Stake', 'Disputes'])
    await expect(prepareDeployment(account, { token: asAddress(`0x${'7a'.repeat(20)}`) })).rejects.toMatchObject({
      code: 'TOKEN_MISSING',
    })
  })

  it('refuses terms that contradict one another before anything is sent', async () => {
    const nonce = await account.client.getTransactionCount({ address: signer.address })
    await expect(prepareDeployment(account, terms({ capWei: ETH / 2n }))).rejects.toMatchObject({
      code: 'CHAIN_REVERTED',
    })
    expect(await account.client.getTransactionCount({ address: signer.address })).toBe(nonce)
  })

  it('makes the deployer where a chain has none', async () => {
    await jsonRpc(dev.rpcUrl, 'anvil_setCode', [FACTORY.address, '0x'])
    await jsonRpc(dev.rpcUrl, 'anvil_setNonce', [FACTORY.address, '0x0'])
    const prepared = await prepareDeployment(account, terms({ teamLockS: 61 }))
    expect(prepared.hasFactory).toBe(false)
    await deploy(account, prepared)
    expect((await prepareDeployment(account, terms({ teamLockS: 61 }))).missing).toEqual([])
  })
})
