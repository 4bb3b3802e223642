import { joinDevChain } from '@golem/chain'
import { golemToken, payments } from '@golem/contracts'
import type { Address } from '@golem/protocol'
import { createPublicClient, http, parseAbiItem } from 'viem'

/** What an account has, at one block. Amounts in base units. */
export type Holdings = {
  walletWei: bigint
  /** In the payment contract, free to spend or withdraw. */
  freeWei: bigint
  /** In the payment contract, locked in rounds that the account posted. */
  lockedWei: bigint
}

/** What an account's transactions cost. */
export type Gas = { transactions: number; gasUsed: bigint; feeWei: bigint }

/** The chain, read by the demo itself and not through any daemon. */
export type Ledger = {
  readonly rpcUrl: string
  readonly token: Address
  readonly payments: Address
  readonly chainId: number
  holdings(account: Address): Promise<Holdings>
  /** All that the payment contract holds. */
  escrowedWei(): Promise<bigint>
  /** Of all transactions that the account has ever sent. */
  gas(account: Address): Promise<Gas>
  leave(): Promise<void>
}

const posted = parseAbiItem('event Posted(address indexed requestor, bytes32 indexed root, uint128 sum, uint64 expiry)')

export const totalOf = ({ walletWei, freeWei, lockedWei }: Holdings): bigint => walletWei + freeWei + lockedWei

/** Opens the development chain of a folder, and keeps it alive until it is left. */
export async function openLedger(chainFolder: string): Promise<Ledger> {
  const dev = await joinDevChain({ dir: chainFolder })
  const { chainId, token, payments: escrow } = dev.settlement
  const client = createPublicClient({ transport: http(dev.rpcUrl), cacheTime: 0 })
  const erc20 = { address: token, abi: golemToken.abi } as const
  const contract = { address: escrow, abi: payments.abi } as const

  const lockedWei = async (account: Address, blockNumber: bigint): Promise<bigint> => {
    const rounds = await client.getLogs({
      address: escrow,
      event: posted,
      args: { requestor: account },
      fromBlock: 0n,
      toBlock: blockNumber,
    })
    const keys = new Map(rounds.map(({ args }) => [`${args.root} ${args.sum}`, args] as const))
    const left = await Promise.all(
      [...keys.values()].map(async ({ root, sum }) => {
        if (root === undefined || sum === undefined) throw new Error('a Posted event without its round')
        return client.readContract({ ...contract, functionName: 'roundOf', args: [account, root, sum], blockNumber })
      }),
    )
    return left.reduce((sum, round) => sum + round.left, 0n)
  }

  return {
    rpcUrl: dev.rpcUrl,
    token,
    payments: escrow,
    chainId,
    holdings: async (account) => {
      const blockNumber = await client.getBlockNumber()
      const [walletWei, freeWei, locked] = await Promise.all([
        client.readContract({ ...erc20, functionName: 'balanceOf', args: [account], blockNumber }),
        client.readContract({ ...contract, functionName: 'free', args: [account], blockNumber }),
        lockedWei(account, blockNumber),
      ])
      return { walletWei, freeWei, lockedWei: locked }
    },
    escrowedWei: () => client.readContract({ ...erc20, functionName: 'balanceOf', args: [escrow] }),
    gas: async (account) => {
      const last = await client.getBlockNumber()
      const total = { transactions: 0, gasUsed: 0n, feeWei: 0n }
      for (let blockNumber = 1n; blockNumber <= last; blockNumber += 1n) {
        const { transactions } = await client.getBlock({ blockNumber, includeTransactions: true })
        for (const { from, hash } of transactions) {
          if (from.toLowerCase() !== account) continue
          const { gasUsed, effectiveGasPrice } = await client.getTransactionReceipt({ hash })
          total.transactions += 1
          total.gasUsed += gasUsed
          total.feeWei += gasUsed * effectiveGasPrice
        }
      }
      return total
    },
    leave: () => dev.leave(),
  }
}
