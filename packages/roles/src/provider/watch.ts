import type { Chain, Clock, Receipt, Store } from '@golem/ports'
import type { Bytes32, Problem, Wei } from '@golem/protocol'
import type { Logger } from '../logger.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { agreementRecord, earnedRecord, type RecordKeys, recordKeys, rejectionRecord } from './records.ts'
import { createRedeemer } from './redeemer.ts'
import type { Earnings, WorkDone } from './status.ts'

/** What is due is looked for this often. */
const LOOK_MS = 10_000

/** What a working provider knows beside the vouchers. */
export type Attention = {
  /** No agreement that could raise the channel's voucher is open. */
  isFinished: (channel: Bytes32) => boolean
  /** Owed by one channel before it is redeemed in mid-work. */
  thresholdWei: Wei
  /** What comes within this time is redeemed in one transaction. */
  delayMs: number
  onChange: () => void
}

/**
 * Looks after what this node has earned, whether it lends at present or not: redeems in time before locks expire, also
 * after it was away, and whenever it is worth the gas.
 */
export type Watch = {
  readonly ledger: Ledger
  readonly keys: RecordKeys
  /** Takes up what an earlier run left, and goes on until `stop`. Idempotent. */
  start(): void
  /** Something may be due. */
  look(): void
  /** A provider works from here on. */
  attend(attention: Attention): void
  /** Redeems and collects all that is held, whatever it costs. @throws chain errors */
  takeAll(): Promise<Receipt[]>
  earnings(): Earnings
  workDone(): WorkDone
  /** What keeps it from its work at present, and what was not paid. */
  troubles(): Problem[]
  stop(): Promise<void>
}

type Components = { store: Store; chain: Chain; clock: Clock; logger: Logger }
type Options = {
  /** What an ETH is worth in GLM, to weigh gas by. Default: 0, nothing. */
  glmPerEth?: number
}

const NOBODY_WORKS: Attention = { isFinished: () => true, thresholdWei: 0n, delayMs: 0, onChange: () => {} }

export function createWatch({ store, chain, clock, logger }: Components, { glmPerEth = 0 }: Options = {}): Watch {
  const keys = recordKeys(chain.settlement)
  const ledger = createLedger({ store, chain, clock, keys })
  const stopping = new AbortController()
  let attention = NOBODY_WORKS
  let isStarted = false
  const redeemer = createRedeemer(
    { chain, ledger, clock, logger },
    {
      glmPerEth,
      thresholdWei: () => attention.thresholdWei,
      delayMs: () => attention.delayMs,
      isFinished: (channel) => attention.isFinished(channel),
      onRedeemed: () => attention.onChange(),
    },
  )

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      redeemer.look()
      await clock.sleep(LOOK_MS, { signal: stopping.signal })
    }
  }

  return {
    ledger,
    keys,
    start: () => {
      if (isStarted) return
      isStarted = true
      run().catch(() => undefined)
    },
    look: redeemer.look,
    attend: (given) => {
      attention = given
    },
    takeAll: redeemer.takeAll,
    earnings: () => {
      let earnedWei = 0n
      for (const { value } of store.list(keys.earnings)) earnedWei += earnedRecord.parse(JSON.parse(value)).earnedWei
      for (const { value } of store.list(keys.agreements)) {
        earnedWei += agreementRecord.parse(JSON.parse(value)).acceptedWei
      }
      return { owedToMeWei: ledger.uncollectedWei(), earnedWei }
    },
    workDone: () => {
      const done: WorkDone = { accepted: 0, rejected: 0, acceptedWei: 0n, rejectedWei: 0n }
      const add = (of: { accepted: number; rejected: number }, acceptedWei: bigint): void => {
        done.accepted += of.accepted
        done.rejected += of.rejected
        done.acceptedWei += acceptedWei
      }
      for (const ended of store.list(keys.earnings).map(({ value }) => earnedRecord.parse(JSON.parse(value))))
        add(ended, ended.earnedWei)
      for (const open of store.list(keys.agreements).map(({ value }) => agreementRecord.parse(JSON.parse(value))))
        add(open, open.acceptedWei)
      for (const { value } of store.list(keys.rejections))
        done.rejectedWei += rejectionRecord.parse(JSON.parse(value)).priceWei
      return done
    },
    troubles: redeemer.troubles,
    stop: async () => {
      stopping.abort()
      await redeemer.stop()
    },
  }
}
