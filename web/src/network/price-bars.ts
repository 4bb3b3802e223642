import type { OfferView } from '@golem/api'
import { glmFloat } from '../format/amounts.ts'

const BARS = 10

/** How many offers ask about how much: from the cheapest to the dearest in ten steps, fewer where prices are few. */
export function priceBars(
  offers: readonly Pick<OfferView, 'pricePerCoreHourWei'>[],
): { name: string; value: number }[] {
  const prices = offers.map(({ pricePerCoreHourWei }) => glmFloat(pricePerCoreHourWei)).sort((a, b) => a - b)
  const [least, most] = [prices[0] ?? 0, prices.at(-1) ?? 0]
  const nameOf = (price: number) => String(Number(price.toPrecision(3)))
  if (least === most) return prices.length === 0 ? [] : [{ name: nameOf(least), value: prices.length }]
  const step = (most - least) / BARS
  const bars = Array.from({ length: BARS }, (_, index) => ({ name: nameOf(least + index * step), value: 0 }))
  for (const price of prices) {
    const bar = bars[Math.min(BARS - 1, Math.floor((price - least) / step))]
    if (bar !== undefined) bar.value += 1
  }
  return bars
}
