import type { OfferView } from '@golem/api'

type Offered = Pick<OfferView, 'provider' | 'cores' | 'pricePerCoreHourWei'>
/** `medianWei`: what half of the offers ask at most; null without offers. */
type Sight = { offers: number; machines: number; cores: number; medianWei: bigint | null }

/** Who offers for several applications lends the same cores to each: a machine counts once. */
export function sightOf(offers: readonly Offered[]): Sight {
  const machines = new Map<string, number>()
  for (const { provider, cores } of offers) machines.set(provider, Math.max(cores, machines.get(provider) ?? 0))
  const prices = offers
    .map(({ pricePerCoreHourWei }) => BigInt(pricePerCoreHourWei))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return {
    offers: offers.length,
    machines: machines.size,
    cores: [...machines.values()].reduce((sum, cores) => sum + cores, 0),
    medianWei: prices[Math.ceil(prices.length / 2) - 1] ?? null,
  }
}
