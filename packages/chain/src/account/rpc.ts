import type { Hex } from '@golem/protocol'
import {
  BaseError,
  createPublicClient,
  type HttpTransport,
  http,
  type PublicClient,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from 'viem'
import { isUnreachable } from '../chain-error.ts'

export type Client = PublicClient<HttpTransport>

export const createClient = (
  rpcUrl: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Client =>
  createPublicClient({
    transport: http(rpcUrl, { timeout: timeoutMs, retryCount: 1, fetchOptions: { signal } }),
    // A block number that is four seconds old is of no use to whoever waits for the next.
    cacheTime: 0,
  })

/** What a node says to signed bytes that it was sent. */
export type Answer =
  | 'accepted'
  /** The number is used, or another waits under it that pays as much. */
  | 'nonce-taken'
  /** No block takes it at this price. */
  | 'priced-out'
  | { refused: BaseError }

/** @throws where the node could not be asked: it may have heard, or not */
export async function broadcast(client: Client, raw: Hex): Promise<Answer> {
  try {
    // Not tried again in the depths of the client: whether an attempt may have arrived matters here.
    await client.request({ method: 'eth_sendRawTransaction', params: [raw] }, { retryCount: 0 })
    return 'accepted'
  } catch (error) {
    if (isUnreachable(error) || !(error instanceof BaseError)) throw error
    const words = `${error.details} ${error.message}`.toLowerCase()
    if (/already (known|imported)|known transaction/.test(words)) return 'accepted'
    if (/less than block base ?fee|fee cap less than|max fee per gas less/.test(words)) return 'priced-out'
    if (/nonce too low|nonce is too low|underpriced/.test(words)) return 'nonce-taken'
    return { refused: error }
  }
}

export async function receiptOf(client: Client, hash: Hex): Promise<TransactionReceipt | null> {
  try {
    return await client.getTransactionReceipt({ hash })
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return null
    throw error
  }
}
