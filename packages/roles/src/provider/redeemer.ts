import { collectionDue, gasInGlm, redemptionDue } from '@golem/market'
import type { Chain, Clock, Receipt } from '@golem/ports'
import { type Bytes32, formatGlm, GolemError, type Problem } from '@golem/protocol'
import type { Logger } from '../logger.ts'
import type { Ledger } from './ledger.ts'
import { LIMITS } from './limits.ts'

/** After a failure: doubles up to the last. */
const RETRY_MS = { first: 1_000, last: 5 * 60_000 }
/** A lock is redeemed so long before it expires. */
const BEFORE_EXPIRY_S = 24 * 60 * 60

/** Turns vouchers into money: as late as is safe, as many at once as come together, again until it worked. */
export type Redeemer = {
  /** Something may be due. */
  look(): void
  /** Redeems and collects all that is held, whatever it costs. @throws chain errors */
  takeAll(): Promise<Receipt[]>
  /** Why the last attempt failed, until one works; and what was not paid in full. */
  troubles(): Problem[]
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}

type Components = { chain: Chain; ledger: Ledger; clock: Clock; logger: Logger }
type Options = {
  /** What an ETH is worth; 0 where gas is worth nothing. */
  glmPerEth: number
  /** Owed by one channel before it is redeemed in mid-work. */
  thresholdWei: () => bigint
  /** What comes within this time is redeemed in one transaction. */
  delayMs: () => number
  /** No agreement that could raise the channel's voucher is open. */
  isFinished: (channel: Bytes32) => boolean
  onRedeemed: () => void
}

export function createRedeemer(components: Components, options: Options): Redeemer {
  const { chain, ledger, clock, logger } = components
  const { glmPerEth, thresholdWei, delayMs, isFinished, onRedeemed } = options
  const stopping = new AbortController()
  let gasWei = 0n
  let isAsked = false
  let working: Promise<void> | null = null
  let failure: GolemError | null = null
  let last: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act)
    last = next.catch(() => undefined)
    return next
  }
  const claims = () => ledger.claims(isFinished)
  const due = (): Bytes32[] => {
    const policy = { gasWei, thresholdWei: thresholdWei(), beforeExpiryS: BEFORE_EXPIRY_S }
    return redemptionDue(claims(), clock.now() / 1_000, policy)
  }
  const collectable = () => collectionDue(claims(), gasWei)
  /** Paid by what a reorganisation may undo, about to be settled by the requestor, or fallen short: asked for again. */
  const unsure = () => {
    const nowS = clock.now() / 1_000
    return claims().filter(({ isFinal, settledByS, triedWei, voucherWei, paidWei }) => {
      return !isFinal || isShort({ voucherWei, paidWei, triedWei }) || (settledByS > nowS && voucherWei > paidWei)
    })
  }

  const askChain = async (channels: readonly Bytes32[]): Promise<void> => {
    const wanted = new Set(channels)
    for (const { id, key } of claims()) if (wanted.has(id)) ledger.note(id, await chain.channel(key))
  }

  const redeem = async (which: () => Bytes32[]): Promise<Receipt[]> => {
    const receipts: Receipt[] = []
    // What was sent before may still be mined: nothing is asked for twice.
    if (which().length > 0) await chain.quiet()
    for (let channels = which(); channels.length > 0 && !stopping.signal.aborted; channels = which()) {
      const batch = channels.slice(0, LIMITS.redemptions)
      // Asked first: somebody else may have redeemed the same, or we did before a crash.
      await askChain(batch)
      const left = new Set(which())
      const tried = new Set(batch.filter((each) => left.has(each)))
      const items = [...tried].flatMap(ledger.redemptions)
      if (items.length > 0) {
        const receipt = await chain.redeem(items, ofRequestors(items.map(({ voucher }) => voucher.channel)))
        receipts.push(receipt)
        const { hash, gasUsed } = receipt
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
    return receipts
  }

  const collect = async (which: () => Bytes32[]): Promise<Receipt[]> => {
    const receipts: Receipt[] = []
    for (let found = which(); found.length > 0 && !stopping.signal.aborted; found = which()) {
      const batch = new Set(found.slice(0, LIMITS.redemptions))
      const keys = claims().flatMap(({ id, key }) => (batch.has(id) ? [key] : []))
      receipts.push(await chain.collect(keys, ofRequestors(keys)))
      await askChain([...batch])
    }
    return receipts
  }

  /**
   * What a reorganisation could bring back is kept, and what it took back is owed again.
   *
   * @returns whether something is otherwise than it was thought to be
   */
  const confirm = async (): Promise<boolean> => {
    let isOtherwise = false
    for (const { id, key, paidWei, collectedWei } of unsure()) {
      if (stopping.signal.aborted) return false
      const latest = await chain.channel(key)
      if (latest.paidWei !== paidWei || latest.collectedWei !== collectedWei) isOtherwise = true
      ledger.note(id, latest)
      ledger.noteFinal(id, await chain.channel(key, { at: 'final' }))
    }
    for (const { id, isFinished: isOver } of claims()) if (isOver) ledger.forgetSettled(id)
    return isOtherwise
  }

  const work = async (): Promise<void> => {
    let pauseMs = delayMs()
    let retryMs = RETRY_MS.first
    while (isAsked && !stopping.signal.aborted) {
      await clock.sleep(pauseMs, { signal: stopping.signal })
      isAsked = false
      try {
        await inTurn(async () => {
          gasWei = glmPerEth === 0 ? 0n : gasInGlm(await chain.gasPriceWei(), glmPerEth)
          await redeem(due)
          await collect(collectable)
          if (await confirm()) isAsked = true
        })
        onRedeemed()
        failure = null
        pauseMs = delayMs()
        retryMs = RETRY_MS.first
      } catch (error) {
        failure = error instanceof GolemError ? error : null
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
      const isWanted = ({ voucherWei, paidWei, collectedWei, isFinal }: ReturnType<typeof claims>[number]) =>
        voucherWei > paidWei || paidWei > collectedWei || !isFinal
      if (working === null && !claims().some(isWanted)) return
      isAsked = true
      if (!stopping.signal.aborted) working ??= start()
    },
    takeAll: () =>
      inTurn(async () => {
        await askChain(claims().map(({ id }) => id))
        const owed = () => claims().filter((each) => each.voucherWei > each.paidWei && each.voucherWei > each.triedWei)
        const redeemed = await redeem(() => owed().map(({ id }) => id))
        const paid = () => claims().flatMap((each) => (each.paidWei > each.collectedWei ? [each.id] : []))
        const collected = await collect(paid)
        onRedeemed()
        return [...redeemed, ...collected]
      }),
    troubles: () => [
      ...(failure === null ? [] : [unredeemed(ledger.unredeemedWei(), failure)]),
      ...claims().filter(isShort).map(unpaid),
    ],
    stop: async () => {
      stopping.abort()
      await working
    },
  }
}

const ofRequestors = (keys: readonly { requestor: string }[]): string =>
  `of ${[...new Set(keys.map(({ requestor }) => requestor))].join(', ')}`

type Tried = { voucherWei: bigint; paidWei: bigint; triedWei: bigint }
/** Redeemed with all that is held, and not paid in full. */
const isShort = ({ voucherWei, paidWei, triedWei }: Tried): boolean => voucherWei > paidWei && triedWei >= voucherWei

const unredeemed = (owedWei: bigint, { code, message, remedy }: GolemError): Problem => ({
  code,
  message: `Vouchers over ${formatGlm(owedWei)} GLM could not be redeemed yet: ${message}`,
  remedy: remedy ?? 'It is tried again.',
})

const unpaid = ({ key, voucherWei, paidWei }: { key: { requestor: string }; voucherWei: bigint; paidWei: bigint }) => ({
  code: 'VOUCHER_UNPAID',
  message: `Of ${formatGlm(voucherWei)} GLM that ${key.requestor} promised, ${formatGlm(paidWei)} were paid: its locks are spent or have expired.`,
  remedy: 'What is missing is paid when that requestor locks money for this payee again.',
})
