import { z } from 'zod'

/** How members of a private grid reach its chain, which one of them keeps. */
export const GRID_CHAIN_PROTOCOL = '/golem/grid-chain/1.0.0'

/** Bytecode and batches of a hundred vouchers fit; no message is read past it. */
export const GRID_CHAIN_MESSAGE_BYTES = 1024 * 1024

/**
 * What a member may ask of the chain: to read, and to pass on what it has signed itself. Nothing that acts with the keys
 * of the chain's node, or that changes time, balances or blocks.
 */
export const GRID_CHAIN_METHODS: ReadonlySet<string> = new Set([
  'eth_blockNumber',
  'eth_call',
  'eth_chainId',
  'eth_estimateGas',
  'eth_feeHistory',
  'eth_gasPrice',
  'eth_getBalance',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getCode',
  'eth_getLogs',
  'eth_getTransactionByHash',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
  'eth_maxPriorityFeePerGas',
  'eth_sendRawTransaction',
  'net_version',
  'web3_clientVersion',
])

/** Tokens and gas for the key that asks. Takes no parameters. */
export const GRID_FAUCET_METHOD = 'golem_faucet'

export const gridChainRequest = z.strictObject({
  id: z.int().nonnegative(),
  method: z.string().max(64),
  params: z.array(z.unknown()).max(8),
})
export type GridChainRequest = z.infer<typeof gridChainRequest>

const rpcError = z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() })
export const gridChainAnswer = z.union([
  z.strictObject({ id: z.int().nonnegative(), error: rpcError }),
  z.strictObject({ id: z.int().nonnegative(), result: z.unknown() }),
])
export type GridChainAnswer = z.infer<typeof gridChainAnswer>
