import {
  atStake,
  type Backing,
  isKnown,
  onLaggingChecks,
  TRUSTED_SHARE,
  trustedWith,
  whoMovesFirst,
} from './who-moves-first.ts'

/** What a provider says of a requestor (`credit`), so that both count alike. */
export type SaidCredit = {
  /** Of what it has at stake in the provider's eyes, the half that is put into its hands. */
  trustedWei: bigint
  /** It left something unpaid: it pays before. */
  isOwing: boolean
}

export type PairLimits = {
  /** Price of a usual subtask: by it is told who is known. Newcomers get as many small ones at once as cost no more. */
  usualWei: bigint
  /** Price of the largest subtask: one is always given. To whoever gives credit, of those that were paid for. */
  largestWei: bigint
  /** What both allow at most: the unpaid limit of the terms. */
  mostWei: bigint
}

export const sayCredit = (requestor: Backing): SaidCredit => ({
  trustedWei: toWei(TRUSTED_SHARE * atStake(requestor)),
  isOwing: requestor.isCaught,
})

/** As whoever hears it sees itself: by what the other said. One that says nothing trusts as far as the terms go. */
const backingOf = (said: SaidCredit | null): Backing => ({
  standingWei: said === null ? Number.POSITIVE_INFINITY : Number(said.trustedWei) / TRUSTED_SHARE,
  stakeWei: 0,
  isCaught: said?.isOwing ?? false,
})

/** What a provider lets a requestor leave unpaid, beside what it has paid before: begun or delivered, and not accepted. */
export function creditFor(said: SaidCredit, { usualWei, largestWei, mostWei }: PairLimits): bigint {
  return said.isOwing ? 0n : putInto(backingOf(said), { usualWei, largestWei, mostWei })
}

/** Never more than the terms say; one subtask is always given, whatever it costs, where nothing else is open. */
const putInto = (seen: Backing, { usualWei, largestWei, mostWei }: PairLimits): bigint =>
  lesser(mostWei, toWei(trustedWith(seen, Number(greater(usualWei, largestWei)), Number(mostWei))))

export type HandOut = {
  /** May stand open with the provider: handed out or delivered, and not accepted. */
  unpaidWei: bigint
  /** What stands open beyond this is paid before; null: nothing is. */
  creditWei: bigint | null
}

export type HandOutInput = PairLimits & {
  /** null: it says nothing, as older ones do. */
  said: SaidCredit | null
  /** As this requestor sees it. */
  provider: Backing
  /** Delivered by it, and not judged yet. */
  uncheckedWei: bigint
}

/**
 * How much a requestor lets stand open with a provider, and what of it it pays before (`whoMovesFirst`). It pays none
 * before that it does not know, whatever that says of it: a new key could take that from everybody. To a known one it
 * pays one more interval where checks lag behind, so that honest work goes on.
 */
export function handOutLimit({ said, provider, uncheckedWei, ...limits }: HandOutInput): HandOut {
  const usual = Number(limits.usualWei)
  const requestor = backingOf(said)
  const forWork = putInto(provider, limits)
  if (requestor.isCaught) return { unpaidWei: forWork, creditWei: isKnown(provider, usual) ? 0n : null }
  const { first } = whoMovesFirst({ requestor, provider, payWei: usual, mostWei: Number(limits.mostWei) })
  const forPay = putInto(requestor, limits)
  const both = lesser(forWork, forPay)
  switch (first) {
    case 'requestor':
      return { unpaidWei: forWork, creditWei: 0n }
    case 'in-turn':
      return { unpaidWei: lesser(limits.mostWei, greater(limits.usualWei, limits.largestWei)), creditWei: null }
    case 'provider':
      return { unpaidWei: both, creditWei: null }
    case 'either': {
      const lagging = onLaggingChecks({ uncheckedWei: Number(uncheckedWei), unpaidWei: Number(both) }, 'requestor')
      return lagging === 'go-on'
        ? { unpaidWei: both, creditWei: null }
        : { unpaidWei: both + forWork, creditWei: forPay }
    }
  }
}

/** What a provider can be paid before it delivers, at most: with so much it can run away. */
export const mostPaidBefore = (provider: Backing, limits: PairLimits): bigint =>
  isKnown(provider, Number(limits.usualWei)) ? putInto(provider, limits) : 0n

const greater = (one: bigint, other: bigint): bigint => (one > other ? one : other)
const lesser = (one: bigint, other: bigint): bigint => (one < other ? one : other)
/** No more than a voucher can say. */
const MOST_WEI = 2n ** 127n
const toWei = (value: number): bigint => (value < Number(MOST_WEI) ? BigInt(Math.floor(Math.max(0, value))) : MOST_WEI)
