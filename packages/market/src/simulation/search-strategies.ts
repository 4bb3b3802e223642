import { type Gain, gainOf } from './gain.ts'
import type { ProviderPlan } from './plans.ts'
import { type Random, randomFrom } from './random.ts'
import { simulateMarket } from './simulate-market.ts'
import { WORLD, type World } from './world.ts'

/** All that a cheating provider may decide by. */
export type Genes = {
  /** Of those subtasks at which it would, it cheats at so many. */
  rate: number
  /** What a cheat costs it, of honest work. */
  spends: number
  /** Honest until so many were paid, and again from so many on. */
  from: number
  until: number
  /** Only where less than this is checked. */
  belowRate: number
  /** Only where this much is paid. */
  abovePayWei: number
  /** Only with the requestors below this number. */
  requestors: number
  /** Only so often with each of them. */
  timesEach: number
  /** Not before this round. */
  fromRound: number
  isStaked: boolean
  renewsWhenCaught: boolean
  /** It makes a new key when so many were paid; 0: never. */
  renewsAfter: number
  vanishes: boolean
  hasWitnesses: boolean
  /** Of checkers, so many reproduce its class. */
  reproducible: number
}

export type Found = { genes: Genes; gain: Gain; keys: number; unpaidWei: number }

const between = (random: Random, least: number, most: number): number => least + random() * (most - least)
const SOMETIMES = 0.3

const DRAWS: { [Gene in keyof Genes]: (random: Random) => Genes[Gene] } = {
  rate: (random) => random() ** 3,
  spends: (random) => (random() < 0.5 ? 0 : between(random, 0, 0.9)),
  from: (random) => Math.floor(between(random, 0, 80) * (random() < SOMETIMES ? 0 : 1)),
  until: (random) => Math.floor(between(random, 20, 400)),
  belowRate: (random) => (random() < 0.5 ? 1 : random() ** 2),
  abovePayWei: (random) => (random() < 0.7 ? 0 : 2e18),
  requestors: (random) => Math.ceil(between(random, 0, WORLD.requestors)),
  timesEach: (random) => (random() < 0.5 ? 1_000 : Math.ceil(between(random, 0, 6))),
  fromRound: (random) => (random() < 0.5 ? 0 : Math.floor(between(random, 0, WORLD.rounds))),
  isStaked: (random) => random() < 0.5,
  renewsWhenCaught: (random) => random() < 0.5,
  renewsAfter: (random) => (random() < 0.7 ? 0 : Math.ceil(between(random, 1, 60))),
  vanishes: (random) => random() < 0.2,
  hasWitnesses: (random) => random() < SOMETIMES,
  reproducible: (random) => (random() < 0.7 ? 1 : random()),
}
const NAMES = Object.keys(DRAWS) as (keyof Genes)[]

const drawn = (random: Random): Genes => Object.fromEntries(NAMES.map((name) => [name, DRAWS[name](random)])) as Genes

/** A child of two, with a gene or two of its own. */
function childOf(a: Genes, b: Genes, random: Random): Genes {
  const fresh = drawn(random)
  return Object.fromEntries(
    NAMES.map((name) => [name, (random() < 0.15 ? fresh : random() < 0.5 ? a : b)[name]]),
  ) as Genes
}

export function planOf(genes: Genes): ProviderPlan {
  return {
    act: ({ random, paid, rate, payWei, requestor, cheatedHere, round }) => {
      const isTime =
        paid >= genes.from &&
        paid < genes.until &&
        rate <= genes.belowRate &&
        payWei >= genes.abovePayWei &&
        requestor < genes.requestors &&
        cheatedHere < genes.timesEach &&
        round >= genes.fromRound
      return isTime && random() < genes.rate
        ? { does: 'cheat', spends: genes.spends, seen: 1 - genes.spends / 2 }
        : { does: 'work' }
    },
    isRenewed: ({ isCaught, paid }) =>
      (isCaught && genes.renewsWhenCaught) || (genes.renewsAfter > 0 && paid >= genes.renewsAfter),
    hasWitnesses: genes.hasWitnesses,
    ...(genes.vanishes ? { whenDrawn: 'vanishes' as const } : {}),
    ...(genes.reproducible < 1 ? { reproducible: genes.reproducible } : {}),
  }
}

export type SearchOptions = { seed: number; population: number; generations: number; seedsEach: number; share: number }

/** Markets that a search simulates, without those of the honest twins. */
export const marketsOf = ({ population, generations, seedsEach }: SearchOptions): number =>
  population * generations * seedsEach

/**
 * Looks for a strategy that pays: the first generation by chance alone, then from the better half, with a fifth by chance
 * again. What it found best is to be measured again on seeds that it has not seen (`measure`).
 */
export function searchStrategies(options: SearchOptions): Genes[] {
  const { seed, population, generations, seedsEach, share } = options
  const random = randomFrom(seed)
  let generation = Array.from({ length: population }, () => drawn(random))
  let ranked: { genes: Genes; mean: number }[] = []
  for (let turn = 0; turn < generations; turn += 1) {
    const seeds = Array.from({ length: seedsEach }, (_, at) => seed * 1_000 + at)
    const measured = generation.map((genes) => ({ genes, mean: measure(genes, { share, seeds }).gain.mean }))
    ranked = [...ranked, ...measured].sort((a, b) => b.mean - a.mean).slice(0, Math.ceil(population / 2))
    const pick = () => (ranked[Math.floor(random() ** 2 * ranked.length)] as { genes: Genes }).genes
    generation = Array.from({ length: population }, (_, at) =>
      at < population / 5 ? drawn(random) : childOf(pick(), pick(), random),
    )
  }
  return ranked.map(({ genes }) => genes)
}

/** What a strategy gains over its honest twin in the same markets. */
export function measure(genes: Genes, { share, seeds }: { share: number; seeds: readonly number[] }): Found {
  const plan = planOf(genes)
  let keys = 0
  const differences = seeds.map((seed) => {
    const world: World = {
      ...WORLD,
      seed,
      hostile: {
        ...WORLD.hostile,
        providers: Math.round(WORLD.providers * share),
        witnesses: Math.round(WORLD.witnesses * (genes.hasWitnesses ? share : 0)),
        isStaked: genes.isStaked,
        provider: plan,
      },
    }
    const outcome = simulateMarket(world)
    keys += outcome.keys / world.hostile.providers / seeds.length
    return outcome.hostileProfit - twinProfit(world)
  })
  return { genes, gain: gainOf(differences), keys, unpaidWei: WORLD.unpaidWei }
}

/** Of the honest twin; so many are remembered. */
const MAX_TWINS = 2_000
const twins = new Map<string, number>()
function twinProfit(world: World): number {
  const key = `${world.seed} ${world.hostile.isStaked} ${world.hostile.providers}`
  const known = twins.get(key)
  if (known !== undefined) return known
  const { hostileProfit } = simulateMarket({
    ...world,
    hostile: { ...world.hostile, witnesses: 0, provider: WORLD.hostile.provider },
  })
  if (twins.size < MAX_TWINS) twins.set(key, hostileProfit)
  return hostileProfit
}
