import type { OfferBody } from '@golem/protocol'
import { credibleCores } from './measured-speed.ts'

type Priced = Pick<OfferBody, 'pricePerCoreHourWei' | 'cores'>

/** An offer that asks for more than so many times the median, or for less than that part of it, counts as that. */
const OUTLIER = 3n

/**
 * What a core-hour will cost on average: the mean over the cores on offer, in which no single offer counts for much,
 * whatever price or number of cores it names. 0 without offers.
 */
export function expectedPrice(offers: readonly Priced[]): bigint {
  const prices = offers.map((offer) => offer.pricePerCoreHourWei).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const median = prices[Math.floor(prices.length / 2)]
  if (median === undefined) return 0n
  let sum = 0n
  let cores = 0n
  for (const offer of offers) {
    const weight = BigInt(credibleCores(offer.cores, 0))
    sum += clamp(offer.pricePerCoreHourWei, median / OUTLIER, median * OUTLIER) * weight
    cores += weight
  }
  return sum / cores
}

const clamp = (value: bigint, least: bigint, most: bigint): bigint =>
  value < least ? least : value > most ? most : value
