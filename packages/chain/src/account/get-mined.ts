import { asBytes32, type GolemError, type Signer, type Wei } from '@golem/protocol'
import type { TransactionReceipt } from 'viem'
import { chainError } from '../chain-error.ts'
import type { AccountLogger, Confirmations } from './account-options.ts'
import type { Journal } from './journal.ts'
import type { Notes } from './notes.ts'
import { broadcast, type Client, receiptOf } from './rpc.ts'
import { signTransaction } from './sign-transaction.ts'
import { stuckAction } from './stuck-action.ts'
import type { Fees, Outcome, Transaction } from './transaction.ts'

export type MiningComponents = {
  client: Client
  signer: Signer
  chainId: number
  rpcUrl: string
  journal: Pick<Journal, 'open' | 'nextId'>
  logger: AccountLogger
  /** Writes a change down, and tells those who wait. */
  put: (changed: Transaction) => void
  /** Takes why a node refused a transaction that it had never heard of. */
  onRefused: (tx: Transaction, refusal: GolemError) => void
}
export type MiningOptions = {
  confirmations: Confirmations
  maxFeePerGasWei: Wei
  patienceMs: number
  rebroadcastMs: number
}

/** Carries transactions from their signature to a block that stays. All of it may be repeated at any time. */
export type Mining = {
  /** One step for a transaction without outcome. @throws where the node could not be asked */
  push(tx: Transaction, notes: Notes): Promise<void>
  /** Looks whether mined ones still are, and which are final. */
  confirm(mined: readonly (Transaction & { outcome: Outcome })[], notesOf: (id: number) => Notes): Promise<void>
}

/** Counts and prices are asked for this often, once a transaction is late. */
const LOOK_MS = 2_000

export function getMined(components: MiningComponents, options: MiningOptions): Mining {
  const { client, signer, chainId, rpcUrl, journal, logger, put, onRefused } = components
  const { confirmations, maxFeePerGasWei, patienceMs, rebroadcastMs } = options

  const finish = (tx: Transaction, state: 'replaced' | 'refused'): void => {
    logger.warn({ transaction: tx.attempts.at(-1)?.hash, what: tx.what }, `a transaction was ${state}`)
    put({ ...tx, outcome: { state, atMs: Date.now() }, isFinal: true })
  }

  const noteReceipt = (tx: Transaction, receipt: TransactionReceipt): void => {
    const outcome: Outcome = {
      state: receipt.status === 'success' ? 'mined' : 'reverted',
      hash: asBytes32(receipt.transactionHash),
      blockHash: asBytes32(receipt.blockHash),
      blockNumber: receipt.blockNumber,
      gasUsed: receipt.gasUsed,
      feeWei: receipt.gasUsed * receipt.effectiveGasPrice,
      atMs: Date.now(),
    }
    put({ ...tx, outcome, isFinal: confirmations === 0 })
  }

  const findReceipt = async (tx: Transaction): Promise<TransactionReceipt | null> => {
    for (const { hash } of tx.attempts.toReversed()) {
      const receipt = await receiptOf(client, hash)
      if (receipt !== null) return receipt
    }
    return null
  }

  /** Tells the node of all that was signed for one transaction. @returns whether it can still be mined */
  const tell = async (tx: Transaction, notes: Notes): Promise<boolean> => {
    let refusal: GolemError | null = null
    for (const { raw } of tx.attempts) {
      const answer = await broadcast(client, raw).catch((error: unknown) => {
        // The node may have taken it before the connection broke: only the receipt tells, so go on asking.
        notes.mayBeKnown = true
        throw error
      })
      notes.isPricedOut = answer === 'priced-out'
      if (answer === 'accepted' || answer === 'priced-out') notes.mayBeKnown = true
      else if (answer === 'nonce-taken' && !notes.mayBeKnown) {
        finish(tx, 'replaced')
        return false
      } else if (typeof answer === 'object') refusal = chainError(answer.refused, rpcUrl)
    }
    if (refusal !== null && !notes.mayBeKnown) {
      onRefused(tx, refusal)
      finish(tx, 'refused')
      return false
    }
    notes.sentMs = performance.now()
    return true
  }

  const countsOf = async () => {
    const count = (where: { blockTag: 'latest' | 'pending' | 'finalized' } | { blockNumber: bigint }) =>
      client.getTransactionCount({ address: signer.address, ...where })
    const finalOne = async () => {
      if (confirmations === 'finalized') return count({ blockTag: 'finalized' })
      const deep = (await client.getBlockNumber()) - BigInt(confirmations)
      return deep < 0n ? 0 : count({ blockNumber: deep })
    }
    const [latestCount, pendingCount, finalCount] = await Promise.all([
      count({ blockTag: 'latest' }),
      count({ blockTag: 'pending' }),
      finalOne(),
    ])
    return { latestCount, pendingCount, finalCount }
  }

  /** Finds out why a transaction is not mined, and mends it. */
  const lookInto = async (tx: Transaction, notes: Notes): Promise<void> => {
    const newest = tx.attempts.at(-1)
    if (newest === undefined) return
    const [counts, current] = await Promise.all([countsOf(), client.estimateFeesPerGas()])
    const receipt = await findReceipt(tx)
    if (receipt !== null) return noteReceipt(tx, receipt)
    const ageMs = Date.now() - newest.signedAtMs
    const action = stuckAction(
      { nonce: tx.nonce, ...counts, ageMs, isPricedOut: notes.isPricedOut, newest, current },
      { patienceMs, maxFeePerGasWei },
    )
    notes.trouble = null
    switch (action.kind) {
      case 'wait':
        return
      case 'replaced':
        return finish(tx, 'replaced')
      case 'fill':
        for (const nonce of action.nonces) fill(nonce, current)
        return
      case 'too-dear':
        notes.trouble = `gas has become too dear, at ${action.maxFeePerGas} wei a unit`
        return
      case 'raise':
        return raise(tx, action.fees, notes)
      default:
        action satisfies never
    }
  }

  const raise = async (tx: Transaction, fees: Fees, notes: Notes): Promise<void> => {
    const neededWei = tx.gas * fees.maxFeePerGas + tx.valueWei
    if ((await client.getBalance({ address: signer.address })) < neededWei) {
      notes.trouble = 'the price of gas has risen, and the account has too little ETH for it'
      return
    }
    logger.info({ transaction: tx.attempts.at(-1)?.hash, what: tx.what }, 'gas has become dearer: it is paid')
    put({ ...tx, attempts: [...tx.attempts, signTransaction({ signer, chainId }, tx, fees)] })
    notes.sentMs = Number.NEGATIVE_INFINITY
  }

  /** Nothing is mined past a number that nobody uses: it is used for nothing. */
  const fill = (nonce: number, fees: Fees): void => {
    if (journal.open().some((each) => each.nonce === nonce)) return
    const nothing = { nonce, gas: 21_000n, to: signer.address, data: '0x', valueWei: 0n } as const
    logger.warn({ nonce }, 'a number of this account is missing, and is used for nothing')
    put({
      ...nothing,
      id: journal.nextId(),
      what: 'nothing',
      amountWei: null,
      why: 'a number was missing',
      createdAtMs: Date.now(),
      attempts: [signTransaction({ signer, chainId }, nothing, fees)],
      outcome: null,
      isFinal: false,
    })
  }

  return {
    push: async (tx, notes) => {
      if (performance.now() - notes.sentMs > rebroadcastMs && !(await tell(tx, notes))) return
      const receipt = await findReceipt(tx)
      if (receipt !== null) return noteReceipt(tx, receipt)
      if (performance.now() - notes.lookedMs < Math.min(LOOK_MS, patienceMs) && !notes.isPricedOut) return
      notes.lookedMs = performance.now()
      await lookInto(tx, notes)
    },
    confirm: async (mined, notesOf) => {
      const deep =
        confirmations === 'finalized'
          ? (await client.getBlock({ blockTag: 'finalized' })).number
          : (await client.getBlockNumber()) - BigInt(confirmations)
      for (const tx of mined) {
        const receipt = await findReceipt(tx)
        if (receipt === null) {
          logger.warn({ transaction: tx.attempts.at(-1)?.hash, what: tx.what }, 'the chain was reorganised: sent again')
          const notes = notesOf(tx.id)
          notes.wasReorganised = true
          notes.sentMs = Number.NEGATIVE_INFINITY
          put({ ...tx, outcome: null })
        } else if (receipt.blockNumber <= deep) put({ ...tx, isFinal: true })
        else if ('blockHash' in tx.outcome && receipt.blockHash !== tx.outcome.blockHash) noteReceipt(tx, receipt)
      }
    },
  }
}
