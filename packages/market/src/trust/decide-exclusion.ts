import { judgeListings, type Listing, type ListMode, sayListings } from '../lists/judge-listings.ts'
import { CAUGHT_MS, type Reputation } from './reputation.ts'

/** Less than this is not worked with; evidence fades, so nobody stays below it for ever. */
const SCORE_LEAST = 1 / 3

export type ExclusionInput = {
  /** From one's own facts alone: it acts at once. */
  own: Reputation
  /** Of lists that are followed. */
  listings: readonly Listing[]
  /** It works for this node, or this node for it, already. */
  isHired: boolean
  /** One's own lists, which win; the denying one over the allowing one. */
  isAllowed: boolean
  isDenied: boolean
  mode: ListMode
  nowMs: number
  /** Default: `APPEAL_WINDOW_S`. */
  appealWindowS?: number | undefined
}

export type Exclusion = {
  does: 'nothing' | 'warn' | 'exclude'
  because: 'denied' | 'caught' | 'unreliable' | 'listed' | null
  /** For people; empty where there is nothing to say. */
  message: string
  /** When it begins anew; null where that is not fixed. */
  untilMs: number | null
}

/** Whether a party is worked with, and why. */
export function decideExclusion(input: ExclusionInput): Exclusion {
  const { own, listings, isHired, isAllowed, isDenied, mode, nowMs, appealWindowS } = input
  if (isDenied)
    return { does: 'exclude', because: 'denied', message: 'It is on the deny list of this node.', untilMs: null }
  const nothing: Exclusion = { does: 'nothing', because: null, message: '', untilMs: null }
  if (mode === 'off') return nothing
  const does = mode === 'auto' && !isAllowed ? 'exclude' : 'warn'
  if (own.caughtAtMs !== null && nowMs < own.caughtAtMs + CAUGHT_MS) {
    const message = 'It was caught, with a wrong result, a wrong verdict or with what it owes.'
    return { does, because: 'caught', message, untilMs: own.caughtAtMs + CAUGHT_MS }
  }
  if (own.score < SCORE_LEAST) {
    const message = `Of what it did for this node, ${Math.round(own.score * 100)} % is expected to be good; ${Math.round(SCORE_LEAST * 100)} % is the least.`
    return { does, because: 'unreliable', message, untilMs: null }
  }
  const listed = judgeListings({ listings, mode, isAllowed, isHired, nowS: nowMs / 1_000, appealWindowS })
  if (listed.does === 'nothing') return nothing
  return { does: listed.does, because: 'listed', message: sayListings('It', listed.listings), untilMs: null }
}
