import type { Receipt } from '@golem/api'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { gas, glm } from '../../views/format-amounts.ts'

export async function showWallet({ client }: Cli): Promise<Outcome> {
  const value = await client.wallet()
  const rows = [
    ['address', `${value.address} on chain ${value.chainId}`],
    ['wallet', glm(value.walletWei)],
    ['deposited', `${glm(value.freeWei)} free, ${glm(value.lockedWei)} locked for jobs`],
    ['owed to me', `${glm(value.owedToMeWei)} in vouchers not yet redeemed`],
    ['earned', glm(value.earnedWei)],
    ['spent', glm(value.spentWei)],
    ['for gas', gas(value.gasWei)],
  ]
  return { value, text: align(rows) }
}

export async function deposit({ client }: Cli, amountWei: string): Promise<Outcome> {
  const value = await client.deposit(amountWei)
  return { value, text: moved('Deposited', amountWei, value) }
}

export async function withdraw({ client }: Cli, amountWei: string): Promise<Outcome> {
  const value = await client.withdraw(amountWei)
  return { value, text: moved('Withdrew', amountWei, value) }
}

const moved = (verb: string, amountWei: string, { hash, feeWei }: Receipt): string =>
  `${verb} ${glm(amountWei)} in transaction ${hash}, gas ${gas(feeWei)}.`
