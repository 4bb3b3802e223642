import type { History } from '@golem/api'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { gas, glm } from '../../views/format-amounts.ts'
import { plainText } from '../../views/plain-text.ts'

/** Transactions that the overview shows. */
const NEWEST = 10

export async function showWallet({ client }: Cli): Promise<Outcome> {
  const wallet = await client.wallet()
  const { entries, total } = await client.history(NEWEST)
  const rows = [
    ['address', `${wallet.address} on chain ${wallet.chainId}`],
    ['wallet', glm(wallet.walletWei)],
    ['deposited', `${glm(wallet.freeWei)} free, ${glm(wallet.lockedWei)} locked for jobs`],
    ['owed to me', `${glm(wallet.owedToMeWei)} in vouchers not yet redeemed`],
    ['owed by me', `${glm(wallet.owedByMeWei)} in vouchers that providers have not redeemed`],
    ['earned', glm(wallet.earnedWei)],
    ['spent', glm(wallet.spentWei)],
    ['for gas', gas(wallet.gasWei)],
  ]
  const newest = entries.length === 0 ? '' : `\n\n${historyLines(entries)}`
  const more = total > entries.length ? `\n${total - entries.length} more: golem wallet history` : ''
  return { value: { ...wallet, history: entries }, text: `${align(rows)}${newest}${more}` }
}

export async function showHistory({ client }: Cli, { limit }: { limit: number }): Promise<Outcome> {
  const value = await client.history(limit)
  return { value, text: value.entries.length === 0 ? 'No transactions yet.' : historyLines(value.entries) }
}

const historyLines = (entries: History['entries']): string =>
  align(
    entries.map(({ atMs, what, amountWei, valueWei, why, state, feeWei }) => [
      new Date(atMs).toISOString().slice(0, 16).replace('T', ' '),
      what,
      amountWei !== null ? glm(amountWei) : BigInt(valueWei) > 0n ? gas(valueWei) : '',
      feeWei === null ? state : `${state === 'mined' ? '' : `${state}, `}gas ${gas(feeWei)}`,
      plainText(why),
    ]),
  )
