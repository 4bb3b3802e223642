import type { Address, Bytes32 } from '@golem/protocol'
import { numberFrom } from './audit-seed.ts'

export type Staker = { id: Address; agedWei: bigint }

/**
 * Who judges or audits: each seat is thrown by itself on the aged stake, so that many keys have no more chances than one with
 * the same stake. Parties are drawn past.
 *
 * @param without parties, and whoever may not serve
 * @returns one entry a seat; fewer only where nobody is left
 */
export function drawPanel(
  stakers: readonly Staker[],
  { seed, seats, without = new Set() }: { seed: Bytes32; seats: number; without?: ReadonlySet<Address> },
): Address[] {
  const able = stakers
    .filter(({ id, agedWei }) => agedWei > 0n && !without.has(id))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const total = able.reduce((sum, { agedWei }) => sum + agedWei, 0n)
  if (total === 0n) return []
  return Array.from({ length: seats }, (_, seat) => {
    let at = (BigInt(Math.floor(numberFrom(seed, `seat ${seat}`) * 2 ** 48)) * total) >> 48n
    for (const { id, agedWei } of able) {
      if (at < agedWei) return id
      at -= agedWei
    }
    return (able.at(-1) as Staker).id
  })
}

/**
 * Chance that more than half of all seats are held by one hand (binomial: seats are thrown one by one, with repetition).
 *
 * @param share of the stake that serves, 0 to 1
 */
export function panelCapture(seats: number, share: number): number {
  const needed = Math.floor(seats / 2) + 1
  let chance = 0
  for (let held = needed; held <= seats; held += 1)
    chance += binomial(seats, held) * share ** held * (1 - share) ** (seats - held)
  return chance
}

function binomial(n: number, k: number): number {
  let ways = 1
  for (let step = 1; step <= k; step += 1) ways = (ways * (n - k + step)) / step
  return ways
}
