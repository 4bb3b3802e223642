import { type Comparison, compareStrategy } from './compare-strategy.ts'
import { type Random, randomFrom } from './random.ts'
import type { Strategy } from './strategies.ts'

/** What a party may decide by, each gene by itself drawn by chance, and the strategy that comes of all. */
export type Genome<Genes extends object> = {
  draws: { [Gene in keyof Genes]: (random: Random) => Genes[Gene] }
  strategyOf: (genes: Genes) => Strategy
}

export type SearchOptions = {
  seed: number
  population: number
  generations: number
  seedsEach: number
  share: number
  /** What is looked for, the more the better. */
  by: (found: Comparison) => number
}

/** Markets that a search simulates, without those of the honest twins. */
export const marketsOf = ({ population, generations, seedsEach }: Omit<SearchOptions, 'by'>): number =>
  population * generations * seedsEach

/**
 * Looks for a strategy that pays: the first generation by chance alone, then from the better half, with a fifth by chance
 * again. What it found best, which comes first, is to be measured again on seeds that it has not seen.
 */
export function searchStrategies<Genes extends object>(
  { draws, strategyOf }: Genome<Genes>,
  { seed, population, generations, seedsEach, share, by }: SearchOptions,
): Genes[] {
  const random = randomFrom(seed)
  const names = Object.keys(draws) as (keyof Genes)[]
  const drawn = (): Genes => Object.fromEntries(names.map((name) => [name, draws[name](random)])) as Genes
  /** With a gene or two of its own. */
  const childOf = (a: Genes, b: Genes): Genes => {
    const fresh = drawn()
    return Object.fromEntries(
      names.map((name) => [name, (random() < 0.15 ? fresh : random() < 0.5 ? a : b)[name]]),
    ) as Genes
  }
  const reaches = (genes: Genes): number =>
    by(compareStrategy(strategyOf(genes), { share, seeds: seedsEach, firstSeed: seed * 1_000 }))
  let generation = Array.from({ length: population }, drawn)
  /** By their genes, so that a child that is like its parents takes no place. */
  const known = new Map<string, { genes: Genes; value: number }>()
  let ranked: { genes: Genes; value: number }[] = []
  for (let turn = 0; turn < generations; turn += 1) {
    for (const genes of generation) known.set(JSON.stringify(genes), { genes, value: reaches(genes) })
    ranked = [...known.values()].sort((a, b) => b.value - a.value).slice(0, Math.ceil(population / 2))
    const pick = () => (ranked[Math.floor(random() ** 2 * ranked.length)] as { genes: Genes }).genes
    generation = Array.from({ length: population }, (_, at) =>
      at < population / 5 ? drawn() : childOf(pick(), pick()),
    )
  }
  return ranked.map(({ genes }) => genes)
}
