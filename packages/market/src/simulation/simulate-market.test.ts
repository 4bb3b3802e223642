import { expect, it } from 'vitest'
import { simulateMarket } from './simulate-market.ts'
import { type Verification, WORLD, type World } from './world.ts'

const market = (change: Partial<World> = {}, hostile: Partial<World['hostile']> = {}) =>
  simulateMarket({ ...WORLD, rounds: 24, ...change, hostile: { ...WORLD.hostile, ...hostile } })
const garbage = { act: () => ({ does: 'cheat', spends: 0, seen: 1 }) as const }

it('comes to the same from the same seed, and to something else from another', () => {
  expect(market({ seed: 7 })).toEqual(market({ seed: 7 }))
  expect(market({ seed: 7 })).not.toEqual(market({ seed: 8 }))
})

it('convicts nobody among the honest, and pays all their work', () => {
  const { falsePenalties, disputes, wrong, worstUnpaid, honestProfit } = market()
  expect({ falsePenalties, disputes, wrong, worstUnpaid }).toEqual({
    falsePenalties: 0,
    disputes: 0,
    wrong: 0,
    worstUnpaid: 0,
  })
  expect(honestProfit).toBeGreaterThan(0)
})

it('computes at most 3 % again of those with much to lose, and nearly everything of strangers', () => {
  const { established, newcomers } = market()
  expect(established.extra / established.work).toBeLessThan(0.03)
  expect(newcomers.extra / newcomers.work).toBeGreaterThan(0.2)
})

it('leaves nothing to those who deliver noise, under either rule that looks at new ones always', () => {
  for (const verification of ['golem', 'boinc', 'twice'] as const satisfies readonly Verification[]) {
    const { hostileProfit } = market({ verification }, { providers: 4, provider: garbage })
    expect(hostileProfit).toBeLessThan(1)
  }
})

it('finds out whoever cheats, and burns its stake', () => {
  const { hostileProfit, delays } = market({}, { providers: 4, isStaked: true, provider: garbage })
  expect(delays).toHaveLength(4)
  expect(hostileProfit).toBeLessThan(-10)
})
