import { golemToken, payments } from '@golem/contracts'
import type { Chain, Receipt } from '@golem/ports'
import { type Address, asAddress, channelId, GolemError, type Hex, type Settlement, type Signer } from '@golem/protocol'
import { BlockNotFoundError, concat, createPublicClient, encodeFunctionData, encodePacked, http } from 'viem'
import { fundsMissing } from './chain-error.ts'
import { packRedemption } from './pack-redemption.ts'
import { serialQueue } from './serial-queue.ts'
import { signPermit } from './sign-permit.ts'
import { type Client, stopped, stoppedOr, writeTransaction } from './write-transaction.ts'

export type ChainComponents = {
  /** JSON-RPC over HTTP. */
  rpcUrl: string
  signer: Signer
  /** The contracts; the chain's id is taken from the chain where none is expected. */
  settlement: Omit<Settlement, 'chainId'> & { chainId?: number }
}

export type ChainOptions = {
  /** Of one request; it is tried twice. */
  rpcTimeoutMs?: number
  /** How long a transaction may take to be mined. */
  receiptTimeoutMs?: number
  /** The longest pause between two looks for a receipt. */
  maxPollMs?: number
  /** Stops the chain. */
  signal?: AbortSignal
}

const defaults = { rpcTimeoutMs: 5_000, receiptTimeoutMs: 120_000, maxPollMs: 1_000 }
/** Transactions of this account that may wait at once. */
const MAX_WAITING = 1_000
/** Items of one transaction: a redemption takes at most 50,000 gas, the others 25,000, and a block holds 30 million. */
const BATCH = { redeem: 100, settle: 250, collect: 250 }
const PERMIT_SECONDS = 3_600

/**
 * The ledger on an EVM chain.
 *
 * @throws {GolemError} `CHAIN_UNREACHABLE`; `CHAIN_MISMATCH` where it is another chain or holds other contracts
 * @example
 * const chain = await createChain({ rpcUrl: 'http://127.0.0.1:8545', signer, settlement })
 * await chain.deposit(parseGlm('5'))
 */
export async function createChain(components: ChainComponents, options: ChainOptions = {}): Promise<Chain> {
  const { rpcUrl, signer } = components
  const { rpcTimeoutMs, ...writing } = { ...defaults, ...options }
  const lifetime = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, lifetime.signal]) : lifetime.signal
  const client = createPublicClient({
    transport: http(rpcUrl, {
      timeout: rpcTimeoutMs,
      retryCount: 1,
      fetchOptions: { signal },
    }),
    // A block number that is four seconds old is of no use to whoever waits for the next.
    cacheTime: 0,
  })

  const reading = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    } catch (error) {
      throw stoppedOr(signal, error, rpcUrl)
    }
  }
  const settlement = await reading(() => checkChain(client, components))
  const { chainId, token } = settlement
  const escrow = { address: settlement.payments, abi: payments.abi } as const
  const erc20 = { address: token, abi: golemToken.abi } as const

  const oneWrite = serialQueue(MAX_WAITING)
  const oneDeposit = serialQueue(MAX_WAITING)
  const write = (to: Address, data: Hex): Promise<Receipt> =>
    oneWrite(async () => {
      if (signal.aborted) throw stopped()
      return writeTransaction({ client, signer, chainId, rpcUrl, signal }, { to, data }, writing)
    })
  const call = (parameters: Parameters<typeof encodeFunctionData<typeof payments.abi>>[0]): Promise<Receipt> =>
    write(settlement.payments, encodeFunctionData(parameters))
  const inBatches = async <T>(items: readonly T[], size: number, one: (items: readonly T[]) => Promise<Receipt>) => {
    let total = await one(items.slice(0, size))
    for (let i = size; i < items.length; i += size) total = together(total, await one(items.slice(i, i + size)))
    return total
  }
  const nowS = async () => Number((await latestBlock(client)).timestamp)

  return {
    settlement,
    self: signer.address,
    now: () => reading(nowS),
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
    deposit: (amountWei) =>
      oneDeposit(async () => {
        const [walletWei, allowanceWei] = await reading(() =>
          Promise.all([
            client.readContract({ ...erc20, functionName: 'balanceOf', args: [signer.address] }),
            client.readContract({ ...erc20, functionName: 'allowance', args: [signer.address, escrow.address] }),
          ]),
        )
        if (walletWei < amountWei) throw fundsMissing('wallet', walletWei, amountWei)
        if (allowanceWei >= amountWei) return call({ ...escrow, functionName: 'deposit', args: [amountWei] })
        const permit = await reading(async () =>
          signPermit(
            { client, signer, token },
            { spender: escrow.address, amountWei, deadlineS: (await nowS()) + PERMIT_SECONDS },
          ),
        )
        if (permit !== null) {
          const { deadline, v, r, s } = permit
          return call({ ...escrow, functionName: 'depositWithPermit', args: [amountWei, deadline, v, r, s] })
        }
        const args = [escrow.address, amountWei] as const
        const approved = await write(token, encodeFunctionData({ ...erc20, functionName: 'approve', args }))
        return together(approved, await call({ ...escrow, functionName: 'deposit', args: [amountWei] }))
      }),
    withdraw: (amountWei) => call({ ...escrow, functionName: 'withdraw', args: [amountWei] }),
    post: ({ root, sumWei, expiryS }) =>
      call({ ...escrow, functionName: 'post', args: [root, sumWei, BigInt(expiryS)] }),
    round: ({ requestor, root, sumWei }) =>
      reading(async () => {
        const found = await client.readContract({ ...escrow, functionName: 'roundOf', args: [requestor, root, sumWei] })
        return found.expiry === 0n ? null : { leftWei: found.left, expiryS: Number(found.expiry) }
      }),
    reclaim: ({ root, sumWei }) => call({ ...escrow, functionName: 'reclaim', args: [root, sumWei] }),
    channel: (key) =>
      reading(async () => {
        const ledger = await client.readContract({ ...escrow, functionName: 'ledgerOf', args: [channelId(key)] })
        return { paidWei: ledger.paid, collectedWei: ledger.collected }
      }),
    redeem: (items) => {
      const packed = items.map(packRedemption).filter((each) => each !== null)
      return inBatches(packed, BATCH.redeem, (some) =>
        call({ ...escrow, functionName: 'redeemMany', args: [concat(some)] }),
      )
    },
    settle: (targets) => {
      const packed = targets.map(({ channel, amountWei }) =>
        encodePacked(['bytes32', 'uint128'], [channelId(channel), amountWei]),
      )
      return inBatches(packed, BATCH.settle, (some) =>
        call({ ...escrow, functionName: 'settle', args: [concat(some)] }),
      )
    },
    collect: async (keys) => {
      const byPayee = Map.groupBy(keys, ({ payee }) => payee)
      let total: Receipt | null = null
      for (const [payee, channels] of byPayee.size === 0 ? [[signer.address, []] as const] : byPayee) {
        const packed = channels.map(({ requestor, author, royaltyBps }) =>
          encodePacked(['address', 'address', 'uint16'], [requestor, author, royaltyBps]),
        )
        const receipt = await inBatches(packed, BATCH.collect, (some) =>
          call({ ...escrow, functionName: 'collect', args: [payee, concat(some)] }),
        )
        total = total === null ? receipt : together(total, receipt)
      }
      return total as Receipt
    },
    stop: async () => {
      lifetime.abort()
    },
  }
}

/** The right chain, with the right contracts on it. */
async function checkChain(client: Client, { rpcUrl, settlement }: ChainComponents): Promise<Settlement> {
  const mismatch = (message: string) =>
    new GolemError({
      code: 'CHAIN_MISMATCH',
      message,
      remedy: 'Check the address of the chain and those of the contracts.',
    })
  const { payments: address, token } = settlement
  const [chainId, code] = await Promise.all([client.getChainId(), client.getCode({ address })])
  if (settlement.chainId !== undefined && settlement.chainId !== chainId) {
    throw mismatch(`The chain at ${rpcUrl} has id ${chainId}; ${settlement.chainId} was expected.`)
  }
  if (code === undefined) throw mismatch(`There is no payment contract at ${address} on chain ${chainId}.`)
  const holds = asAddress(await client.readContract({ address, abi: payments.abi, functionName: 'token' }))
  if (holds !== token) throw mismatch(`The payment contract at ${address} is for the token ${holds}, not for ${token}.`)
  return { chainId, payments: address, token }
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

/** Two transactions as one: the cost of both, the place of the last. */
const together = (first: Receipt, last: Receipt): Receipt => ({
  ...last,
  gasUsed: first.gasUsed + last.gasUsed,
  feeWei: first.feeWei + last.feeWei,
})
