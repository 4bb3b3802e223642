import { golemToken, payments } from '@golem/contracts'
import type { Chain, ReadOptions, Receipt } from '@golem/ports'
import { channelId, type Settlement, type Signer } from '@golem/protocol'
import { BlockNotFoundError } from 'viem'
import type { AccountOptions } from './account/account-options.ts'
import { type Account, type AccountComponents, openAccount } from './account/open-account.ts'
import type { Client } from './account/rpc.ts'
import { serialQueue } from './account/serial-queue.ts'
import type { Call } from './account/transaction.ts'
import { checkContracts } from './check-contracts.ts'
import { type EscrowCalls, escrowCalls } from './escrow-calls.ts'
import { together } from './together.ts'

export type ChainComponents = AccountComponents & {
  /** The contracts; the chain's id is taken from the chain where none is expected. */
  settlement: Omit<Settlement, 'chainId'> & { chainId?: number }
}
export type ChainOptions = Omit<AccountOptions, 'chainId'>

/** The ledger, and what else a node does with its account. */
export type EvmChain = Chain & {
  readonly account: Account
  /** The transactions behind the ledger's acts, to be estimated before they are made. */
  readonly calls: EscrowCalls
  /** Makes transactions one after the other. @returns the cost of all, the place of the last; null where there are none */
  send(calls: readonly Call[], why: string): Promise<Receipt | null>
}

/** Transactions of this account that may wait at once. */
const MAX_WAITING = 1_000

/**
 * The ledger on an EVM chain.
 *
 * @throws {GolemError} `CHAIN_UNREACHABLE`; `CHAIN_MISMATCH` where it is another chain or holds other contracts
 * @example
 * const chain = await createChain({ rpcUrl: 'http://127.0.0.1:8545', signer, settlement })
 * await chain.deposit(parseGlm('5'))
 */
export async function createChain(components: ChainComponents, options: ChainOptions = {}): Promise<EvmChain> {
  const { signer, settlement: wanted } = components
  const expected = wanted.chainId === undefined ? {} : { chainId: wanted.chainId }
  const account = await openAccount(components, { ...options, ...expected })
  try {
    const settlement: Settlement = { ...wanted, chainId: account.chainId }
    await checkContracts(account, settlement)
    return ledgerOf(account, { signer, settlement })
  } catch (error) {
    await account.stop()
    throw error
  }
}

function ledgerOf(account: Account, { signer, settlement }: { signer: Signer; settlement: Settlement }): EvmChain {
  const { client, reading, confirmations } = account
  const escrow = { address: settlement.payments, abi: payments.abi } as const
  const erc20 = { address: settlement.token, abi: golemToken.abi } as const
  const nowS = async () => Number((await latestBlock(client)).timestamp)
  const calls = escrowCalls({ account, signer, settlement, nowS })
  const oneDeposit = serialQueue(MAX_WAITING)

  const sendAll = async (made: readonly Call[], why?: string): Promise<Receipt> => {
    const receipts: Receipt[] = []
    for (const call of made) receipts.push(await account.send(call, why))
    return together(receipts) as Receipt
  }
  /** Where a read looks: at the newest block, or at the newest that is final. */
  const place = async ({ at }: ReadOptions = {}) => {
    if (at !== 'final' || confirmations === 0) return {}
    if (confirmations === 'finalized') return { blockTag: 'finalized' as const }
    const deep = (await client.getBlockNumber()) - BigInt(confirmations)
    return { blockNumber: deep < 0n ? 0n : deep }
  }

  return {
    account,
    calls,
    send: async (made, why) => (made.length === 0 ? null : sendAll(made, why)),
    settlement,
    self: account.self,
    now: () => reading(nowS),
    gasPriceWei: account.gasPriceWei,
    verify: async () => {
      await account.checkChainId()
      await checkContracts(account, settlement)
    },
    quiet: account.quiet,
    final: account.final,
    troubles: account.troubles,
    balances: (of) =>
      reading(async () => {
        const [walletWei, freeWei, gasWei] = await Promise.all([
          client.readContract({ ...erc20, functionName: 'balanceOf', args: [of] }),
          client.readContract({ ...escrow, functionName: 'free', args: [of] }),
          client.getBalance({ address: of }),
        ])
        return { walletWei, freeWei, gasWei }
      }),
    // One at a time, because a second permit or allowance would overtake the first.
    deposit: (amountWei, why) => oneDeposit(async () => sendAll(await calls.deposit(amountWei), why)),
    post: (round, why) => oneDeposit(async () => sendAll(await calls.post(round), why)),
    withdraw: (amountWei, why) => sendAll(calls.withdraw(amountWei), why),
    round: ({ requestor, root, sumWei }, options) =>
      reading(async () => {
        const args = [requestor, root, sumWei] as const
        const found = await client.readContract({
          ...escrow,
          functionName: 'roundOf',
          args,
          ...(await place(options)),
        })
        return found.expiry === 0n ? null : { leftWei: found.left, expiryS: Number(found.expiry) }
      }),
    reclaim: (round, why) => sendAll(calls.reclaim(round), why),
    channel: (key, options) =>
      reading(async () => {
        const args = [channelId(key)] as const
        const ledger = await client.readContract({
          ...escrow,
          functionName: 'ledgerOf',
          args,
          ...(await place(options)),
        })
        return { paidWei: ledger.paid, collectedWei: ledger.collected }
      }),
    redeem: (items, why) => sendAll(calls.redeem(items), why),
    settle: (targets, why) => oneDeposit(async () => sendAll(await calls.settle(targets), why)),
    collect: (keys, why) => sendAll(calls.collect(keys), why),
    stop: account.stop,
  }
}

/**
 * The block in the making, where the node tells of it: on a chain that only mines when asked, the last block may be old,
 * and the next one will not be.
 */
const latestBlock = async (client: Client) => {
  try {
    return await client.getBlock({ blockTag: 'pending' })
  } catch (error) {
    if (error instanceof BlockNotFoundError) return client.getBlock({ blockTag: 'latest' })
    throw error
  }
}
