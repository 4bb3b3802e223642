import { type Gain, gainOf } from './gain.ts'
import { simulateMarket } from './simulate-market.ts'
import type { Strategy } from './strategies.ts'
import { type Outcome, WORLD, type World } from './world.ts'

export type Comparison = Gain & {
  name: string
  /** Mean lifetime profit of a hostile party, in subtasks' pay, and of its honest twin. */
  profit: number
  twin: number
  /** Keys that each had, on average. */
  keys: number
  /** Most that one key kept back from one provider for right work. */
  worstUnpaid: number
  /** Honest providers that were convicted, in all markets: whom lists would name. */
  falsePenalties: number
}

/** Hostile parties of this share. */
export function worldOf(strategy: Strategy, share: number, seed: number): World {
  const base = { ...WORLD, ...strategy.world, seed }
  const isOfProviders = strategy.by === 'provider'
  const friends = strategy.withFriends === true ? share : 0
  return {
    ...base,
    hostile: {
      ...base.hostile,
      providers: isOfProviders ? Math.round(base.providers * share) : 0,
      requestors: isOfProviders ? 0 : Math.max(1, Math.round(base.requestors * share)),
      witnesses: Math.round(base.witnesses * friends),
      isStaked: strategy.isStaked === true,
      ...strategy.plan,
    },
  }
}

/** The same parties, all honest. */
export const twinOf = (world: World): World => ({
  ...world,
  hostile: { ...world.hostile, provider: WORLD.hostile.provider, requestor: WORLD.hostile.requestor },
})

/** Twins of many strategies are the same. */
const twins = new Map<string, Outcome>()
function twinOutcome(world: World): Outcome {
  const twin = twinOf(world)
  const key = JSON.stringify(twin)
  const known = twins.get(key) ?? simulateMarket(twin)
  if (twins.size < 4_000) twins.set(key, known)
  return known
}

/** A strategy against its honest twin over many seeds, by default from 1 on. */
export function compareStrategy(
  strategy: Strategy,
  { share, seeds, firstSeed = 1 }: { share: number; seeds: number; firstSeed?: number },
): Comparison {
  let [profit, twin, keys, worstUnpaid, falsePenalties] = [0, 0, 0, 0, 0]
  const gains: number[] = []
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const world = worldOf(strategy, share, seed)
    const [hostile, honest] = [simulateMarket(world), twinOutcome(world)]
    gains.push(hostile.hostileProfit - honest.hostileProfit)
    profit += hostile.hostileProfit / seeds
    twin += honest.hostileProfit / seeds
    keys += hostile.keys / (world.hostile.providers + world.hostile.requestors) / seeds
    falsePenalties += hostile.falsePenalties
    worstUnpaid = Math.max(worstUnpaid, hostile.worstUnpaid)
  }
  return { name: strategy.name, profit, twin, ...gainOf(gains), keys, worstUnpaid, falsePenalties }
}
