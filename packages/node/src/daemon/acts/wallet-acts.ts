import type { EvmChain } from '@golem/chain'
import { asAddress, formatGlm } from '@golem/protocol'
import type { Plan, Planners } from './plan.ts'
import { planOf } from './plan.ts'

const BY_HAND = 'by hand'

export function walletActs({ chain }: { chain: EvmChain }): Planners<'deposit' | 'withdraw' | 'send'> {
  return {
    deposit: async ({ amountWei }): Promise<Plan> => {
      const wei = BigInt(amountWei)
      return {
        about: `Moves ${formatGlm(wei)} GLM from the wallet into the payment contract.`,
        calls: await chain.calls.deposit(wei),
        // Not the calls above: their permit is for this moment, and a deposit of a job may come between.
        carryOut: () => chain.deposit(wei, BY_HAND),
      }
    },
    withdraw: ({ amountWei }) => {
      const wei = BigInt(amountWei)
      const about = `Moves ${formatGlm(wei)} GLM from the payment contract into the wallet.`
      return planOf(chain, about, chain.calls.withdraw(wei), BY_HAND)
    },
    send: ({ coin, amountWei, to: text }) => {
      const wei = BigInt(amountWei)
      const to = asAddress(text)
      const calls =
        coin === 'glm'
          ? chain.calls.transfer(to, wei)
          : [{ to, data: '0x' as const, valueWei: wei, what: 'send', amountWei: null }]
      const about = `Sends ${formatGlm(wei, 18)} ${coin.toUpperCase()} to ${to}. It does not come back.`
      return planOf(chain, about, calls, `to ${to}`)
    },
  }
}
