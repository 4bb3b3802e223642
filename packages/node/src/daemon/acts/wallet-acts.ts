import { type EvmChain, together } from '@golem/chain'
import { asAddress, formatGlm, type Wei } from '@golem/protocol'
import type { Requestor, Watch } from '@golem/roles'
import type { Plan, Planners } from './plan.ts'
import { planOf } from './plan.ts'

const BY_HAND = 'by hand'

type Components = { chain: EvmChain; requestor: Pick<Requestor, 'settler'>; watch: Watch }

export function walletActs(components: Components): Planners<'deposit' | 'withdraw' | 'settle' | 'send'> {
  const { chain } = components
  return {
    settle: () => planSettling(components),
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

/** Both directions: what was promised by this node, and what it was promised. */
async function planSettling({ chain, requestor, watch }: Components): Promise<Plan> {
  const { ledger } = watch
  const owed = await requestor.settler.owed()
  const claims = ledger.claims(() => true)
  const redeemable = claims.filter(({ voucherWei, paidWei }) => voucherWei > paidWei)
  const collectable = claims.filter(({ voucherWei, paidWei, collectedWei }) => most(voucherWei, paidWei) > collectedWei)
  const items = redeemable.flatMap(({ id }) => ledger.redemptions(id))
  const owedWei = sum(owed.map(({ amountWei, paidWei }) => amountWei - paidWei))
  const dueWei = sum(
    collectable.map(({ voucherWei, paidWei, collectedWei }) => most(voucherWei, paidWei) - collectedWei),
  )
  const acts = [
    ...(owed.length === 0 ? [] : [`Pays ${formatGlm(owedWei)} GLM that this node promised, ${channels(owed.length)}.`]),
    ...(collectable.length === 0
      ? []
      : [`Takes ${formatGlm(dueWei)} GLM that this node earned, ${channels(collectable.length)}.`]),
  ]
  return {
    about: acts.length === 0 ? 'Nothing is owed, in either direction.' : acts.join(' '),
    calls: [
      ...(owed.length === 0 ? [] : await chain.calls.settle(owed)),
      ...(items.length === 0 ? [] : chain.calls.redeem(items)),
      ...(collectable.length === 0 ? [] : chain.calls.collect(collectable.map(({ key }) => key))),
    ],
    carryOut: async () => {
      const settled = await requestor.settler.settleAll(BY_HAND)
      const taken = await watch.takeAll()
      return together(settled === null ? taken : [settled, ...taken])
    },
  }
}

const sum = (amounts: readonly Wei[]): Wei => amounts.reduce((all, each) => all + each, 0n)
const most = (a: Wei, b: Wei): Wei => (a > b ? a : b)
const channels = (count: number): string => (count === 1 ? 'in one channel' : `in ${count} channels`)
