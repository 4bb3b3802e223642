import type { OfferBody } from '@golem/protocol'
import { withChecks } from '../trust/with-checks.ts'
import { credibleCores } from './measured-speed.ts'

export type HiringInput = {
  offers: readonly OfferBody[]
  /** Providers that are not hired: excluded, or under agreement already. */
  without: ReadonlySet<string>
  /** Providers that were seen to have the job's inputs. Default: none. */
  holders?: ReadonlySet<string>
  /** Cores that the work can use at once. */
  coresWanted: number
  /** Providers hired at most. Default: `MAX_PROVIDERS`. */
  atMost?: number
  /** How often what each provider delivers will be checked. Default: nothing is. */
  checkRates?: ReadonlyMap<string, number>
  nowMs: number
}

/** A job talks to so many providers at most. */
export const MAX_PROVIDERS = 64

/**
 * The cheapest offers first, with what their checks cost, of equals those who hold the inputs, then the faster ones, until
 * enough cores are hired; one offer a provider, its newest.
 */
export function chooseOffers({
  offers,
  without,
  holders = new Set(),
  coresWanted,
  atMost = MAX_PROVIDERS,
  checkRates = new Map(),
  nowMs,
}: HiringInput): OfferBody[] {
  const newest = new Map<string, OfferBody>()
  for (const offer of offers) {
    if (offer.expiresAtMs > nowMs && !without.has(offer.provider)) newest.set(offer.provider, offer)
  }
  const priceOf = ({ provider, pricePerCoreHourWei }: OfferBody) =>
    withChecks(pricePerCoreHourWei, checkRates.get(provider) ?? 0)
  const ranked = [...newest.values()].sort(
    (a, b) =>
      compare(priceOf(a), priceOf(b)) ||
      Number(holders.has(b.provider)) - Number(holders.has(a.provider)) ||
      b.speed - a.speed ||
      (a.provider < b.provider ? -1 : 1),
  )
  const chosen: OfferBody[] = []
  let cores = 0
  for (const offer of ranked) {
    if (cores >= coresWanted || chosen.length >= atMost) break
    chosen.push(offer)
    cores += credibleCores(offer.cores, 0)
  }
  return chosen
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
