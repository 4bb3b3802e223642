import { expect, it } from 'vitest'
import { compareStrategy } from '../src/simulation/compare-strategy.ts'
import { STRATEGIES } from '../src/simulation/strategies.ts'
import { PAY_WEI, WORLD } from '../src/simulation/world.ts'
import { say } from './say.ts'

/** Of providers, or of requestors, and of stake. */
const SHARE = 0.2
const SEEDS = 100
const UNPAID = WORLD.unpaidWei / PAY_WEI

it.each(STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
  '%s does not pay',
  { timeout: 600_000 },
  (_, strategy) => {
    const { profit, twin, mean, upper, keys, worstUnpaid, falsePenalties } = compareStrategy(strategy, {
      share: SHARE,
      seeds: strategy.seeds ?? SEEDS,
    })
    say(
      `${strategy.by} ${strategy.name}: ${profit.toFixed(1)}, honest twin ${twin.toFixed(1)}, gain at most ${upper.toFixed(2)} (95 %)`,
    )
    expect(falsePenalties, 'honest ones that were convicted').toBe(0)
    if (strategy.exception === undefined) {
      expect(upper, strategy.does).toBeLessThanOrEqual(0)
      return
    }
    say(`  exception, ${(mean / keys).toFixed(2)} for each of ${keys.toFixed(1)} keys: ${strategy.exception}`)
    expect(upper, strategy.does).toBeLessThanOrEqual(UNPAID * keys)
    expect(worstUnpaid, 'kept back from one provider').toBeLessThanOrEqual(UNPAID)
  },
)

// On nodes nobody tells others who does not pay.
it.each(STRATEGIES.filter(({ by }) => by === 'requestor').map((strategy) => [strategy.name, strategy] as const))(
  '%s takes no more than an interval from anybody, where nobody tells',
  { timeout: 600_000 },
  (_, strategy) => {
    const untold = { ...strategy, world: { ...strategy.world, isTold: false } }
    const { upper, keys, worstUnpaid, falsePenalties } = compareStrategy(untold, { share: SHARE, seeds: SEEDS })
    expect(falsePenalties, 'honest ones that were convicted').toBe(0)
    if (strategy.exception === undefined) return expect(upper, strategy.does).toBeLessThanOrEqual(0)
    say(`requestor ${strategy.name}, untold: gain at most ${upper.toFixed(1)} (95 %), ${keys.toFixed(1)} keys`)
    say(`  ${worstUnpaid} of ${UNPAID} at most from one of ${WORLD.providers} providers by one key`)
    expect(worstUnpaid, 'kept back from one provider').toBeLessThanOrEqual(UNPAID)
  },
)
