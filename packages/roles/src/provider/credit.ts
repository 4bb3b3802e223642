import { creditFor, type SaidCredit, sayCredit, usualPay } from '@golem/market'
import type { Address, Wei } from '@golem/protocol'
import type { Backings } from '../trust/backings.ts'
import { type Agreement, type Agreements, outstandingWei } from './agreements.ts'
import type { Ledger } from './ledger.ts'
import type { Losses } from './losses.ts'
import type { Rejections } from './rejections.ts'

/**
 * What requestors may leave unpaid here, over all agreements with one. What waits for a core has cost nothing yet, so it
 * is taken on and waits for longer: until earlier work is accepted, or paid before.
 */
export type Credit = {
  /** What more of this requestor's work may begin. Where nothing is open unpaid, one subtask may, whatever it costs. */
  leftWei(agreement: Agreement, nextWei: Wei): Wei
  /** Paid by vouchers, and not earned yet. */
  prepaidWei(requestor: Address): Wei
  /** Whether it is worked for only as far as it has paid. */
  isOwing(requestor: Address): boolean
  /** Says it to the requestor, where that is new or has changed by what matters. */
  say(agreement: Agreement): void
}

type Components = {
  agreements: Agreements
  rejections: Pick<Rejections, 'pendingWei'>
  losses: Losses
  ledger: Ledger
  backings: Backings | undefined
}
type Options = {
  /** Of an agreement's work, what waits for a core. */
  waitingWei: (agreement: Agreement) => Wei
}

export function createCredit(
  { agreements, rejections, losses, ledger, backings }: Components,
  { waitingWei }: Options,
): Credit {
  const ofRequestor = (requestor: Address): Agreement[] =>
    agreements.list().filter(({ terms }) => terms.requestor === requestor)
  /** null: everybody is trusted as far as the terms go. */
  const saidOf = (requestor: Address): SaidCredit | null =>
    backings === undefined ? null : sayCredit(backings.ofRequestor(requestor))

  const prepaidWei = (requestor: Address): Wei =>
    [...new Set(ofRequestor(requestor).map(({ channel }) => channel))].reduce((sum, channel) => {
      const leftWei = ledger.storedWei(channel) - ledger.owedWei(channel)
      return leftWei > 0n ? sum + leftWei : sum
    }, 0n)

  return {
    prepaidWei,
    isOwing: (requestor) => saidOf(requestor)?.isOwing ?? false,
    leftWei: ({ terms, largestWei }, nextWei) => {
      const { requestor, pricePerCoreHourWei, unpaidLimitWei: mostWei } = terms
      const said = saidOf(requestor)
      if (said === null) return terms.capWei
      const usualWei = usualPay(pricePerCoreHourWei)
      const pair = ofRequestor(requestor)
      const takenWei = outstandingWei(pair) + rejections.pendingWei(requestor)
      const openWei = pair.reduce((sum, each) => sum - waitingWei(each), takenWei)
      const paidWei = prepaidWei(requestor)
      // What was forgiven is a part of what stands open, but for the one that is always given.
      const creditWei = creditFor(said, { usualWei, largestWei, mostWei }) - losses.of(requestor).lostWei
      const leftWei = (creditWei > 0n ? creditWei : 0n) + paidWei - openWei
      return openWei <= paidWei && !said.isOwing && leftWei < nextWei ? nextWei : leftWei
    },
    say: (agreement) => {
      const { outbox, terms, speaksCredit, saidCredit: before } = agreement
      const said = saidOf(terms.requestor)
      if (said === null || outbox === null || !speaksCredit) return
      const step = usualPay(terms.pricePerCoreHourWei) / 2n
      const isNews =
        before === null || before.isOwing !== said.isOwing || differ(before.trustedWei, said.trustedWei) > step
      if (!isNews) return
      agreement.saidCredit = said
      outbox.post({ type: 'credit', ...said })
    },
  }
}

const differ = (one: Wei, other: Wei): Wei => (one > other ? one - other : other - one)
