import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Receipt } from '@golem/ports'
import { asBytes32, GolemError, type Hex, type Signer } from '@golem/protocol'
import {
  BaseError,
  type HttpTransport,
  keccak256,
  type PublicClient,
  parseSignature,
  serializeTransaction,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  type TransactionSerializableEIP1559,
} from 'viem'
import { chainError, gasMissing, isUnreachable } from './chain-error.ts'

export type Client = PublicClient<HttpTransport>

export type WriteComponents = {
  client: Client
  signer: Signer
  chainId: number
  rpcUrl: string
  /** Aborted when the chain is stopped. */
  signal: AbortSignal
}

export type WriteOptions = {
  /** How long a transaction may take to be mined. */
  receiptTimeoutMs: number
  /** The longest pause between two looks for the receipt; the first come after milliseconds. */
  maxPollMs: number
}

/** Others' redemptions may change the work between the estimate and the block. */
const GAS_MARGIN_PERCENT = 125n
const GAS_NOISE = 10_000
const FIRST_POLL_MS = 3
/** A node may forget a transaction; the same bytes are sent again, which changes nothing where it did not. */
const REBROADCAST_MS = 5_000
const MAX_NONCE_RACES = 3

/**
 * Signs one transaction and sees it mined. The bytes are signed once and only ever repeated, so a dropped connection
 * never makes two of one. The caller sees to it that one account writes one transaction at a time.
 *
 * @throws {GolemError} `CHAIN_UNREACHABLE` (with `data.hash` where it may have been sent), `CHAIN_REVERTED`, `FUNDS_MISSING`
 */
export async function writeTransaction(
  components: WriteComponents,
  { to, data }: { to: Hex; data: Hex },
  options: WriteOptions,
): Promise<Receipt> {
  const { client, signal, rpcUrl, signer } = components
  for (let races = 0; ; races++) {
    let signed: { raw: Hex; hash: Hex }
    try {
      signed = await sign(components, { to, data })
    } catch (error) {
      throw stoppedOr(signal, error, rpcUrl)
    }
    const outcome = await untilMined(components, signed, options)
    if (outcome === 'nonce-taken') {
      // Another process used this key in the same moment. A used number is never used again, so nothing is sent twice.
      if (races < MAX_NONCE_RACES) continue
      throw new GolemError({
        code: 'CHAIN_REVERTED',
        message: `Another program keeps sending transactions for ${signer.address}.`,
        remedy: 'Use one key in one place only.',
      })
    }
    if (outcome.status === 'reverted') {
      const reason = await client.call({ account: signer.address, to, data }).then(
        () => null,
        (error: unknown) => stoppedOr(signal, error, rpcUrl),
      )
      throw reason ?? new GolemError({ code: 'CHAIN_REVERTED', message: `Transaction ${signed.hash} was reverted.` })
    }
    return {
      hash: asBytes32(outcome.transactionHash),
      gasUsed: outcome.gasUsed,
      feeWei: outcome.gasUsed * outcome.effectiveGasPrice,
      blockNumber: outcome.blockNumber,
    }
  }
}

async function sign({ client, signer, chainId }: WriteComponents, { to, data }: { to: Hex; data: Hex }) {
  const account = signer.address
  const [nonce, fees, estimate, balanceWei] = await Promise.all([
    client.getTransactionCount({ address: account, blockTag: 'pending' }),
    client.estimateFeesPerGas(),
    client.estimateGas({ account, to, data }),
    client.getBalance({ address: account }),
  ])
  // Two processes that ask for the same must not sign the same bytes, or one would take the other's receipt for its own.
  const gas = (estimate * GAS_MARGIN_PERCENT) / 100n + BigInt(randomInt(GAS_NOISE))
  if (balanceWei < gas * fees.maxFeePerGas) throw gasMissing()
  const transaction: TransactionSerializableEIP1559 = { type: 'eip1559', chainId, nonce, gas, to, data, ...fees }
  const digest = asBytes32(keccak256(serializeTransaction(transaction)))
  const raw = serializeTransaction(transaction, parseSignature(signer.signDigest(digest)))
  return { raw, hash: keccak256(raw) }
}

async function untilMined(
  { client, rpcUrl, signal }: WriteComponents,
  { raw, hash }: { raw: Hex; hash: Hex },
  { receiptTimeoutMs, maxPollMs }: WriteOptions,
): Promise<TransactionReceipt | 'nonce-taken'> {
  const deadlineMs = performance.now() + receiptTimeoutMs
  /** Once these bytes may have reached the chain, no others are signed in their place. */
  let mayBeKnown = false
  let sentMs = Number.NEGATIVE_INFINITY
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(maxPollMs, pollMs * 1.5)) {
    try {
      if (performance.now() - sentMs > REBROADCAST_MS) {
        const answer = await broadcast(client, raw)
        if (answer === 'nonce-taken' && !mayBeKnown) return answer
        mayBeKnown = true
        sentMs = performance.now()
      }
      const receipt = await receiptOf(client, hash)
      if (receipt !== null) return receipt
    } catch (error) {
      // The node may have taken it before the connection broke: only the receipt tells, so go on asking.
      if (!signal.aborted && !isUnreachable(error)) throw chainError(error, rpcUrl)
      mayBeKnown = true
      sentMs = Number.NEGATIVE_INFINITY
    }
    if (signal.aborted || performance.now() > deadlineMs) {
      throw new GolemError({
        code: 'CHAIN_UNREACHABLE',
        message: `Transaction ${hash} may have been sent, but was not seen mined${signal.aborted ? ' before the stop' : ` within ${receiptTimeoutMs / 1000} s`}.`,
        remedy: 'Look at the balance before trying again.',
        data: { hash },
      })
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {})
  }
}

async function broadcast(client: Client, raw: Hex): Promise<'accepted' | 'nonce-taken'> {
  try {
    // Not tried again in the depths of the client: whether an attempt may have arrived matters here.
    await client.request({ method: 'eth_sendRawTransaction', params: [raw] }, { retryCount: 0 })
    return 'accepted'
  } catch (error) {
    if (isUnreachable(error) || !(error instanceof BaseError)) throw error
    const words = `${error.details} ${error.message}`.toLowerCase()
    if (/already (known|imported)|known transaction/.test(words)) return 'accepted'
    if (/nonce too low|nonce is too low|underpriced/.test(words)) return 'nonce-taken'
    throw error
  }
}

async function receiptOf(client: Client, hash: Hex): Promise<TransactionReceipt | null> {
  try {
    return await client.getTransactionReceipt({ hash })
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return null
    throw error
  }
}

export const stopped = (): GolemError => new GolemError({ code: 'CHAIN_UNREACHABLE', message: 'The chain is stopped.' })

/** What a failed request means to the caller. */
export const stoppedOr = (signal: AbortSignal, error: unknown, rpcUrl: string): GolemError =>
  signal.aborted ? stopped() : chainError(error, rpcUrl)
