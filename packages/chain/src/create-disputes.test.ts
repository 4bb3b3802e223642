import { courtCompliance } from '@golem/ports/compliance'
import { type Address, parseGlm } from '@golem/protocol'
import { erc20Abi } from 'viem'
import { openAccounts } from '../test/open-accounts.ts'
import type { Account } from './account/open-account.ts'
import type { Call } from './account/transaction.ts'
import { createDisputes } from './create-disputes.ts'
import { createStake } from './create-stake.ts'
import { devTerms } from './deploy/dev-terms.ts'
import { contractsOf } from './deploy/plan-deployment.ts'
import { faucet } from './dev/faucet.ts'

courtCompliance('an EVM chain', async () => {
  const { dev, accounts, remove } = await openAccounts(5)
  const { token } = dev.settlement
  const contracts = contractsOf(token, devTerms)
  for (const { self } of accounts) await faucet(dev, self, { glmWei: parseGlm('100'), ethWei: 0n })
  const [first] = accounts as [Account]
  const of = (who: Address) => accounts.find(({ self }) => self === who) ?? first
  const stakeOf = (who: Address) => createStake(of(who), { address: contracts.stake, token })
  const courtOf = (who: Address) => createDisputes(of(who), { address: contracts.disputes, token })
  const sendAll = async (who: Address, calls: readonly Call[]) => {
    for (const call of calls) await of(who).send(call)
  }
  const ask = (method: string, params: string[]) =>
    (first.client.request as (asked: unknown) => Promise<unknown>)({ method, params })
  return {
    stakes: stakeOf(first.self),
    arbiter: contracts.disputes,
    people: accounts.map(({ self }) => self),
    as: courtOf,
    stake: async (who, amountWei) => sendAll(who, await stakeOf(who).calls.add(amountWei, contracts.disputes)),
    exit: (who) => sendAll(who, [stakeOf(who).calls.exit()]),
    stay: (who) => sendAll(who, [stakeOf(who).calls.stay()]),
    enlist: (who) => sendAll(who, [courtOf(who).calls.enlist()]),
    open: async (who, accusing) => {
      const { timestamp } = await first.client.getBlock()
      await sendAll(who, await courtOf(who).calls.open({ ...accusing, actAtS: Number(timestamp) - 60 }))
    },
    appeal: async (who, id) => {
      const { round } = await courtOf(who).dispute(id)
      const { bondWei } = await courtOf(who).terms()
      await sendAll(who, await courtOf(who).calls.appeal(id, bondWei << BigInt(round + 1)))
    },
    later: async (seconds) => {
      await ask('evm_increaseTime', [`0x${seconds.toString(16)}`])
      await ask('evm_mine', [])
    },
    balanceWei: (account) =>
      first.client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account] }),
    remove,
  }
})
