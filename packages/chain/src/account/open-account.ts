import { randomInt } from 'node:crypto'
import type { Receipt, Store } from '@golem/ports'
import { memoryStore } from '@golem/ports/memory'
import { type Address, formatGlm, GolemError, type Problem, type Signer, type Wei } from '@golem/protocol'
import { chainError, gasMissing, mismatch, shownUrl } from '../chain-error.ts'
import { type AccountLogger, type AccountOptions, type Confirmations, DEFAULTS } from './account-options.ts'
import { openJournal } from './journal.ts'
import { type Client, createClient } from './rpc.ts'
import { serialQueue } from './serial-queue.ts'
import { signTransaction } from './sign-transaction.ts'
import { createTender } from './tend.ts'
import { type Call, isMined, type Transaction } from './transaction.ts'

export type AccountComponents = {
  /** JSON-RPC over HTTP. */
  rpcUrl: string
  signer: Signer
  /** Where transactions are written down before they are sent. Default: in memory, for what ends with the process. */
  store?: Store
  logger?: AccountLogger
}
/** One key on one chain: what it sends, exactly once, whatever happens to node, network and process meanwhile. */
export type Account = {
  readonly self: Address
  readonly chainId: number
  readonly rpcUrl: string
  readonly client: Client
  readonly confirmations: Confirmations
  readonly signal: AbortSignal
  /**
   * Signs, stores, sends and follows one transaction after the other; resolves when it is mined.
   *
   * @param why what for, in words
   * @throws {GolemError} `TRANSACTION_PENDING` where it may still be mined, `CHAIN_UNREACHABLE` and `CHAIN_MISMATCH` before
   * anything is sent, `CHAIN_REVERTED`, `FUNDS_MISSING`, `GAS_TOO_DEAR`, `CHAIN_BUSY`
   */
  send(call: Call, why?: string): Promise<Receipt>
  /** Resolves once no reorganisation is expected to undo a transaction. @throws {GolemError} `TRANSACTION_PENDING` */
  final(receipt: Receipt): Promise<void>
  /** What calls would cost now, made one after the other. */
  estimate(calls: readonly Call[]): Promise<Estimate>
  /** The price of a unit of gas, tip included. */
  gasPriceWei(): Promise<Wei>
  /** Resolves once nothing is under way. @throws {GolemError} `TRANSACTION_PENDING` after `receiptTimeoutMs` */
  quiet(): Promise<void>
  /** All that was ever sent, oldest first. */
  transactions(): Transaction[]
  /** What keeps it from its work at present. */
  troubles(): Problem[]
  /** Asks again for the chain's id. @throws {GolemError} `CHAIN_MISMATCH` */
  checkChainId(): Promise<void>
  /** Runs a request, with its failure in our words. */
  reading<T>(act: () => Promise<T>): Promise<T>
  stop(): Promise<void>
}
export type Estimate = { gas: bigint; gasPriceWei: Wei; feeWei: Wei }

/** Transactions of this account that may wait at once. */
const MAX_WAITING = 1_000
/** Others' acts may change the work between the estimate and the block. */
const GAS_MARGIN_PERCENT = 125n
const GAS_NOISE = 10_000
const MAX_NONCE_RACES = 3
/** What is guessed for a call that only works after the one before it. */
const GUESSED_GAS = 120_000n

/**
 * Opens an account. What an earlier process left unfinished is followed from here on.
 *
 * @throws {GolemError} `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH`
 */
export async function openAccount(components: AccountComponents, options: AccountOptions = {}): Promise<Account> {
  const { rpcUrl, signer, store = memoryStore(), logger = { info() {}, warn() {} } } = components
  const settings = { ...DEFAULTS, ...options }
  const { receiptTimeoutMs, confirmations, maxFeePerGasWei } = settings
  const lifetime = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, lifetime.signal]) : lifetime.signal
  const client = createClient(rpcUrl, { timeoutMs: settings.rpcTimeoutMs, signal })
  const self = signer.address

  /** Why the chain is of no use at present, as last seen. */
  let trouble: GolemError | null = null
  const reading = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      const answer = await act()
      if (trouble?.code === 'CHAIN_UNREACHABLE') trouble = null
      return answer
    } catch (error) {
      if (signal.aborted) throw stopped()
      const told = chainError(error, rpcUrl)
      if (told.code === 'CHAIN_UNREACHABLE' || told.code === 'CHAIN_MISMATCH') trouble = told
      throw told
    }
  }
  const chainId = options.chainId ?? (await reading(() => client.getChainId()))
  const checkChainId = () =>
    reading(async () => {
      const found = await client.getChainId()
      if (found !== chainId)
        throw mismatch(`The chain at ${shownUrl(rpcUrl)} has id ${found}; ${chainId} was expected.`)
      if (trouble?.code === 'CHAIN_MISMATCH') trouble = null
    })
  if (options.chainId !== undefined) await checkChainId()

  const journal = openJournal(store, { chainId, self })
  const tender = createTender({ client, signer, chainId, rpcUrl, journal, logger }, { ...settings, signal })
  const oneAtATime = serialQueue(MAX_WAITING)
  let nextNonce = 0

  const sign = async (call: Call, why: string): Promise<Transaction> => {
    const [latest, pending, fees, estimate, balanceWei] = await reading(() =>
      Promise.all([
        client.getTransactionCount({ address: self, blockTag: 'latest' }),
        client.getTransactionCount({ address: self, blockTag: 'pending' }),
        client.estimateFeesPerGas(),
        client.estimateGas({ account: self, to: call.to, data: call.data, value: call.valueWei }),
        client.getBalance({ address: self }),
      ]),
    )
    if (fees.maxFeePerGas > maxFeePerGasWei) throw tooDear(fees.maxFeePerGas, maxFeePerGasWei)
    // Two processes that ask for the same must not sign the same bytes, or one would take the other's receipt for its own.
    const gas = (estimate * GAS_MARGIN_PERCENT) / 100n + BigInt(randomInt(GAS_NOISE))
    if (balanceWei < gas * fees.maxFeePerGas + call.valueWei) throw gasMissing()
    // A node that lags behind what was mined already would have a number used twice.
    const nonce = Math.max(latest, pending, nextNonce)
    const unsigned = { nonce, gas, to: call.to, data: call.data, valueWei: call.valueWei }
    return {
      ...unsigned,
      id: journal.nextId(),
      what: call.what,
      amountWei: call.amountWei,
      why,
      createdAtMs: Date.now(),
      attempts: [signTransaction({ signer, chainId }, unsigned, fees)],
      outcome: null,
      isFinal: false,
    }
  }

  const send = async (call: Call, why: string): Promise<Receipt> => {
    if (signal.aborted) throw stopped()
    await quiet()
    for (let races = 0; ; races++) {
      await checkChainId()
      const signed = await sign(call, why)
      journal.put(signed)
      const done = await tender.follow(signed, receiptTimeoutMs)
      if (isMined(done)) nextNonce = done.nonce + 1
      const { outcome } = done
      if (outcome?.state === 'mined')
        return {
          hash: outcome.hash,
          gasUsed: outcome.gasUsed,
          feeWei: outcome.feeWei,
          blockNumber: outcome.blockNumber,
        }
      if (outcome?.state === 'refused') throw tender.takeRefusal(done.id)
      if (outcome?.state === 'reverted') throw await whyReverted(call, outcome.hash)
      // Another process used this key in the same moment. A used number is never used again, so nothing is sent twice.
      if (races === MAX_NONCE_RACES) throw raced(self)
    }
  }

  const whyReverted = async ({ to, data, valueWei }: Call, hash: string): Promise<GolemError> => {
    const reason = await client.call({ account: self, to, data, value: valueWei }).then(
      () => null,
      (error: unknown) => (signal.aborted ? stopped() : chainError(error, rpcUrl)),
    )
    return (
      reason ??
      new GolemError({
        code: 'CHAIN_REVERTED',
        message: `Transaction ${hash} was reverted.`,
        remedy: 'What it relied on had changed by then, and only its gas is spent: look again, and try again.',
      })
    )
  }

  const quiet = () => tender.quiet(receiptTimeoutMs)

  return {
    self,
    chainId,
    rpcUrl,
    client,
    confirmations,
    signal,
    send: (call, why = '') => oneAtATime(() => send(call, why)),
    final: ({ hash }) => tender.final(hash),
    estimate: (calls) =>
      reading(async () => {
        const fees = await client.estimateFeesPerGas()
        let gas = 0n
        for (const [i, { to, data, valueWei }] of calls.entries()) {
          const one = client.estimateGas({ account: self, to, data, value: valueWei })
          gas += i === 0 ? await one : await one.catch(() => GUESSED_GAS)
        }
        const gasPriceWei = await client.getGasPrice()
        const price = gasPriceWei > fees.maxFeePerGas ? fees.maxFeePerGas : gasPriceWei
        return { gas, gasPriceWei: price, feeWei: gas * price }
      }),
    gasPriceWei: () => reading(() => client.getGasPrice()),
    quiet,
    transactions: journal.all,
    troubles: () => [...(trouble === null ? [] : [problemOf(trouble)]), ...tender.troubles()],
    checkChainId,
    reading,
    stop: async () => {
      lifetime.abort()
      await tender.stopped
    },
  }
}

export const stopped = (): GolemError =>
  new GolemError({
    code: 'CHAIN_UNREACHABLE',
    message: 'The chain is stopped.',
    remedy: 'Try again once the daemon has started again.',
  })

const problemOf = ({ code, message, remedy }: GolemError): Problem => ({ code, message, remedy })

const tooDear = (feeWei: Wei, limitWei: Wei) =>
  new GolemError({
    code: 'GAS_TOO_DEAR',
    message: `A unit of gas costs ${gwei(feeWei)} gwei; at most ${gwei(limitWei)} are paid.`,
    remedy: 'Wait until it is cheaper.',
  })
const gwei = (wei: Wei) => formatGlm(wei * 1_000_000_000n, 3)

const raced = (self: Address) =>
  new GolemError({
    code: 'CHAIN_REVERTED',
    message: `Another program keeps sending transactions for ${self}.`,
    remedy: 'Use one key in one place only.',
  })
