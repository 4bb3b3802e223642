import { type RedemptionPolicy, redemptionDue } from '@golem/market'
import type { Chain, Clock } from '@golem/ports'
import type { Bytes32 } from '@golem/protocol'
import type { Logger } from '../logger.ts'
import type { Ledger } from './ledger.ts'
import { LIMITS } from './options.ts'

/** After a failure: doubles up to the last. */
const RETRY_MS = { first: 1_000, last: 5 * 60_000 }

/** Turns vouchers into money: as late as is safe, as many at once as come together, again until it worked. */
export type Redeemer = {
  /** Something may be due. */
  look(): void
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}

type Components = { chain: Chain; ledger: Ledger; clock: Clock; logger: Logger }
type Options = {
  policy: RedemptionPolicy
  /** What comes within this time is redeemed in one transaction. */
  delayMs: number
  /** No agreement that could raise the channel's voucher is open. */
  isFinished: (channel: Bytes32) => boolean
  onRedeemed: () => void
}

export function createRedeemer(components: Components, options: Options): Redeemer {
  const { chain, ledger, clock, logger } = components
  const { policy, delayMs, isFinished, onRedeemed } = options
  const stopping = new AbortController()
  let isAsked = false
  let working: Promise<void> | null = null

  const claims = () => ledger.claims(isFinished)
  const due = (): Bytes32[] => redemptionDue(claims(), clock.now() / 1_000, policy)
  const collectable = () => claims().filter((each) => each.isFinished && each.paidWei > each.collectedWei)

  const askChain = async (channels: readonly Bytes32[]): Promise<void> => {
    const wanted = new Set(channels)
    for (const { id, key } of claims()) if (wanted.has(id)) ledger.note(id, await chain.channel(key))
  }

  const redeemDue = async (): Promise<void> => {
    // What was sent before may still be mined: nothing is asked for twice.
    if (due().length > 0) await chain.quiet()
    for (let channels = due(); channels.length > 0 && !stopping.signal.aborted; channels = due()) {
      const batch = channels.slice(0, LIMITS.redemptions)
      // Asked first: somebody else may have redeemed the same, or we did before a crash.
      await askChain(batch)
      const left = new Set(due())
      const tried = new Set(batch.filter((each) => left.has(each)))
      const items = [...tried].flatMap(ledger.redemptions)
      if (items.length > 0) {
        const { hash, gasUsed } = await chain.redeem(items, `${items.length} vouchers`)
        await askChain(batch)
        logger.info({ transaction: hash, gasUsed: `${gasUsed}`, vouchers: items.length }, 'redeemed vouchers')
      }
      for (const claim of claims()) {
        if (!tried.has(claim.id) || claim.paidWei >= claim.voucherWei) continue
        ledger.noteTried(claim.id)
        logger.error(
          { channel: claim.id, voucherWei: `${claim.voucherWei}`, paidWei: `${claim.paidWei}` },
          'a voucher was not paid in full: its locks are spent or have expired',
        )
      }
      onRedeemed()
    }
  }

  const collectPaid = async (): Promise<void> => {
    for (let found = collectable(); found.length > 0 && !stopping.signal.aborted; found = collectable()) {
      const batch = found.slice(0, LIMITS.redemptions)
      await chain.collect(batch.map(({ key }) => key))
      await askChain(batch.map(({ id }) => id))
    }
    for (const { id, isFinished: isOver } of claims()) if (isOver) ledger.forgetSettled(id)
    onRedeemed()
  }

  const work = async (): Promise<void> => {
    let pauseMs = delayMs
    let retryMs = RETRY_MS.first
    while (isAsked && !stopping.signal.aborted) {
      await clock.sleep(pauseMs, { signal: stopping.signal })
      isAsked = false
      try {
        await redeemDue()
        await collectPaid()
        pauseMs = delayMs
        retryMs = RETRY_MS.first
      } catch (error) {
        logger.warn({ error: String(error), retryMs }, 'the chain did not redeem; trying again')
        isAsked = true
        pauseMs = retryMs
        retryMs = Math.min(2 * retryMs, RETRY_MS.last)
      }
    }
  }

  const start = async (): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (!stopping.signal.aborted) logger.error({ error: String(error) }, 'redemption stopped')
    } finally {
      working = null
    }
  }

  return {
    look: () => {
      if (working === null && due().length === 0 && collectable().length === 0) return
      isAsked = true
      if (!stopping.signal.aborted) working ??= start()
    },
    stop: async () => {
      stopping.abort()
      await working
    },
  }
}
