import { asAddress } from '@golem/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Accounts, openAccounts } from '../test/open-accounts.ts'
import type { Account } from './account/open-account.ts'
import { createCrowdfunding } from './create-crowdfunding.ts'
import { deploy, prepareDeployment } from './deploy/deploy.ts'
import { jsonRpc } from './dev/json-rpc.ts'

const ETH = 10n ** 18n
let all: Accounts
let account: Account
beforeAll(async () => {
  all = await openAccounts(1)
  account = all.accounts[0] as Account
})
afterAll(() => all.remove())

const make = async (teamLockS: number) => {
  const nowS = Number((await account.client.getBlock()).timestamp)
  const crowdfunding = {
    ...{ startsAtS: 0, endsAtS: nowS + 3_600, minimumWei: ETH, capWei: 3n * ETH, company: account.self, teamLockS },
    team: [{ member: account.self, share: 1 }],
  }
  const deployment = await prepareDeployment(account, { crowdfunding })
  await deploy(account, deployment)
  return createCrowdfunding(account, deployment.token)
}
const send = async (call: Promise<Parameters<Account['send']>[0]>) => account.send(await call)

it('goes from funding to success at its cap, and then opens the token', async () => {
  const funding = await make(60)
  expect(await funding.status()).toMatchObject({ state: 'funding', raisedWei: 0n, capWei: 3n * ETH })
  await expect(send(funding.calls.finalize())).rejects.toMatchObject({ message: /has not succeeded/ })
  // What exceeds the cap comes back at once.
  await send(funding.calls.contribute(5n * ETH))
  expect(await funding.status()).toMatchObject({
    ...{ state: 'success', isFinalized: false, raisedWei: 3n * ETH, contributedWei: 3n * ETH },
  })
  await send(funding.calls.finalize())
  expect((await funding.status()).isFinalized).toBe(true)
  await expect(send(funding.calls.refund())).rejects.toMatchObject({ message: /nothing to refund/ })
})

it('gives everything back after a failure', async () => {
  const funding = await make(61)
  await send(funding.calls.contribute(ETH / 2n))
  await jsonRpc(all.dev.rpcUrl, 'evm_increaseTime', [7_200])
  await jsonRpc(all.dev.rpcUrl, 'evm_mine')
  expect(await funding.status()).toMatchObject({ state: 'failure', contributedWei: ETH / 2n })
  await send(funding.calls.refund())
  expect((await funding.status()).contributedWei).toBe(0n)
})

it('tells a token that no crowdfunding made', async () => {
  const other = createCrowdfunding(account, all.dev.settlement.payments)
  await expect(other.status()).rejects.toMatchObject({ code: 'CROWDFUNDING_MISSING' })
  const nothing = createCrowdfunding(account, asAddress(`0x${'7a'.repeat(20)}`))
  await expect(nothing.calls.refund()).rejects.toMatchObject({ code: 'CROWDFUNDING_MISSING' })
})
