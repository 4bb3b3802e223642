import { setTimeout as sleep } from 'node:timers/promises'
import { type Bytes32, GolemError, type Problem } from '@golem/protocol'
import { isUnreachable } from '../chain-error.ts'
import { getMined, type MiningComponents, type MiningOptions } from './get-mined.ts'
import type { Journal } from './journal.ts'
import { freshNotes, type Notes } from './notes.ts'
import { isMined, type Transaction } from './transaction.ts'

/** Looks after all that was signed, until it is mined for good. */
export type Tender = {
  /** Resolves with the outcome of what was just signed. @throws {GolemError} `TRANSACTION_PENDING` when time is over */
  follow(signed: Transaction, timeoutMs: number): Promise<Transaction>
  /** Resolves once what was mined is final. @throws {GolemError} `TRANSACTION_PENDING` */
  final(hash: Bytes32): Promise<void>
  /** Resolves once every transaction has an outcome. @throws {GolemError} `TRANSACTION_PENDING` */
  quiet(timeoutMs: number): Promise<void>
  /** Why a node refused a transaction; told once. */
  takeRefusal(id: number): GolemError
  troubles(): Problem[]
  /** Resolves after the signal. */
  readonly stopped: Promise<void>
}

type Components = Omit<MiningComponents, 'put' | 'onRefused' | 'journal'> & { journal: Journal }
type Options = MiningOptions & { maxPollMs: number; signal: AbortSignal }

const FIRST_POLL_MS = 3
/** Finality is waited for so long by those who want it: the chain's own takes a quarter of an hour. */
const FINAL_TIMEOUT_MS = 30 * 60_000
/** A transaction that is under way for so long is told of. */
const TELL_MS = 60_000

export function createTender(components: Components, options: Options): Tender {
  const { journal, logger } = components
  const { maxPollMs, signal } = options
  const notes = new Map<number, Notes>()
  const refusals = new Map<number, GolemError>()
  const watchers = new Set<() => void>()
  let wake = () => {}

  const notesOf = (id: number): Notes => {
    const known = notes.get(id) ?? freshNotes()
    notes.set(id, known)
    return known
  }
  const put = (changed: Transaction): void => {
    journal.put(changed)
    if (changed.isFinal) notes.delete(changed.id)
    for (const watcher of watchers) watcher()
  }
  const onRefused = ({ id }: Transaction, refusal: GolemError) => void refusals.set(id, refusal)
  const mining = getMined({ ...components, put, onRefused }, options)

  let confirmedMs = Number.NEGATIVE_INFINITY
  const look = async (): Promise<void> => {
    for (const tx of journal.open()) if (tx.outcome === null) await mining.push(tx, notesOf(tx.id))
    const mined = journal.open().filter(isMined)
    if (mined.length === 0 || performance.now() - confirmedMs < 2 * maxPollMs) return
    confirmedMs = performance.now()
    await mining.confirm(mined, notesOf)
  }

  const run = async (): Promise<void> => {
    for (let pollMs = FIRST_POLL_MS; !signal.aborted; ) {
      const woken = Promise.withResolvers<void>()
      wake = () => {
        pollMs = FIRST_POLL_MS
        woken.resolve()
      }
      const isIdle = journal.open().length === 0
      if (!isIdle) {
        await look().catch((error: unknown) => {
          // A chain that does not answer is asked again; whoever waits hears of it in the end.
          if (!signal.aborted && !isUnreachable(error))
            logger.warn({ error: String(error) }, 'transactions were not looked after; again in a moment')
        })
      }
      const over = new AbortController()
      const pause = isIdle ? [] : [sleep(pollMs, undefined, { signal: over.signal }).catch(() => {})]
      if (!signal.aborted) await Promise.race([woken.promise, ...pause])
      over.abort()
      pollMs = Math.min(maxPollMs, pollMs * 1.5)
    }
  }
  const onAbort = () => {
    for (const watcher of watchers) watcher()
    wake()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  const stopped = run()

  /** Resolves with whether `holds` does, which is asked after every change. */
  const when = async (holds: () => boolean, timeoutMs: number): Promise<boolean> => {
    if (holds() || signal.aborted) return holds()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const watcher = () => {
      if (holds()) resolve(true)
      else if (signal.aborted) resolve(false)
    }
    watchers.add(watcher)
    const timer = setTimeout(() => resolve(false), timeoutMs)
    wake()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      watchers.delete(watcher)
    }
  }

  return {
    stopped,
    follow: async (signed, timeoutMs) => {
      notesOf(signed.id).mayBeKnown = false
      const now = () => journal.get(signed.id) ?? signed
      if (await when(() => now().outcome !== null, timeoutMs)) return now()
      throw pending(now(), timeoutMs, signal)
    },
    final: async (hash) => {
      const shallow = () => journal.open().find(({ attempts }) => attempts.some((each) => each.hash === hash))
      if (await when(() => shallow() === undefined, FINAL_TIMEOUT_MS)) return
      const left = shallow()
      if (left) throw pending(left, FINAL_TIMEOUT_MS, signal)
    },
    quiet: async (timeoutMs) => {
      const waiting = () => journal.open().filter(({ outcome }) => outcome === null)
      if (await when(() => waiting().length === 0, timeoutMs)) return
      const [first] = waiting()
      if (first) throw pending(first, timeoutMs, signal)
    },
    takeRefusal: (id) => {
      const refusal = refusals.get(id)
      refusals.delete(id)
      return (
        refusal ??
        new GolemError({
          code: 'CHAIN_REVERTED',
          message: 'The chain refused the transaction.',
          remedy: 'Look at the balances and at the history of the wallet, and try again.',
        })
      )
    },
    troubles: () => journal.open().flatMap((tx) => troubleOf(tx, notes.get(tx.id)) ?? []),
  }
}

/** What a person is told of a transaction that is not mined. */
function troubleOf(tx: Transaction, notes: Notes | undefined): Problem | null {
  if (tx.outcome !== null) return null
  const reason = notes?.wasReorganised ? 'the chain was reorganised, and it was sent again' : notes?.trouble
  const ageMs = Date.now() - tx.createdAtMs
  if (!reason && ageMs < TELL_MS) return null
  const { hash } = tx.attempts.at(-1) ?? { hash: '' }
  return {
    code: 'TRANSACTION_PENDING',
    message: `Transaction ${hash} (${tx.what}) is not mined after ${Math.round(ageMs / 1_000)} s${reason ? `: ${reason}` : ''}.`,
    remedy: 'It is looked after; nothing new is sent before it is mined.',
  }
}

function pending(tx: Transaction, afterMs: number, { aborted }: AbortSignal): GolemError {
  const { hash } = tx.attempts.at(-1) ?? { hash: '' }
  return new GolemError({
    code: 'TRANSACTION_PENDING',
    message: `Transaction ${hash} (${tx.what}) may have been sent, but was not seen mined${aborted ? ' before the stop' : ` within ${afterMs / 1_000} s`}.`,
    remedy: 'It is looked after; `golem wallet history` says what became of it.',
    data: { hash },
  })
}
