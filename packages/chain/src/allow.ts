import { golemToken } from '@golem/contracts'
import type { Address, Wei } from '@golem/protocol'
import { encodeFunctionData } from 'viem'
import type { Account } from './account/open-account.ts'
import type { Call } from './account/transaction.ts'
import { fundsMissing } from './chain-error.ts'

/** What lets a contract take an amount from this account's wallet: nothing, where it may already. @throws {GolemError} `FUNDS_MISSING` */
export async function allow(
  { client, self }: Account,
  { token, spender, amountWei }: { token: Address; spender: Address; amountWei: Wei },
): Promise<Call[]> {
  const erc20 = { address: token, abi: golemToken.abi } as const
  const [walletWei, allowanceWei] = await Promise.all([
    client.readContract({ ...erc20, functionName: 'balanceOf', args: [self] }),
    client.readContract({ ...erc20, functionName: 'allowance', args: [self, spender] }),
  ])
  if (walletWei < amountWei) throw fundsMissing('wallet', walletWei, amountWei)
  if (allowanceWei >= amountWei) return []
  const data = encodeFunctionData({ abi: erc20.abi, functionName: 'approve', args: [spender, amountWei] })
  return [{ to: token, data, valueWei: 0n, what: 'allow', amountWei }]
}
