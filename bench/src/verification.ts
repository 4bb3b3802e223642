import {
  compareStrategy,
  judgeWitnesses,
  randomFrom,
  STRATEGIES,
  simulateMarket,
  type Verification,
  WORLD,
  type World,
} from '@golem/market/simulation'
import { asAddress } from '@golem/protocol'
import type { BenchmarkContext } from './benchmark.ts'
import { alone, beside, type Result } from './result.ts'
import { realChecks } from './verification/real-checks.ts'

const SEEDS = 20
const SHARE = 0.2
const DISPUTES = 10_000
/** Once what a provider stands to lose is at least 32 subtasks' pay. */
const GOAL_EXTRA = 0.03
/** A provider leaves and another comes so often, in rounds. */
const CHURN = 4
const RULES = ['golem', 'boinc', 'twice'] as const satisfies readonly Verification[]
const NAMES = { golem: 'here', boinc: "BOINC's adaptive replication", twice: 'everything twice' }
/** Of one provider alone: the other two rules know no auditors, stakes or what others say. */
const ALONE = STRATEGIES.filter((one) => one.by === 'provider' && !one.withFriends && one.exception === undefined)

type Figures = { established: number; newcomers: number; delay: number; best: { name: string; gain: number } }

/** What verification costs and deters, beside the rules of others, on the same simulated populations. */
export async function* run(context: BenchmarkContext): AsyncGenerator<Result> {
  const { note, signal } = context
  const figures = new Map<Verification, Figures>()
  for (const verification of RULES) {
    note(`${NAMES[verification]}: ${ALONE.length} strategies, ${SEEDS} seeds`)
    figures.set(verification, await figuresOf(verification, signal))
  }
  const [here, boinc, twice] = RULES.map((rule) => figures.get(rule) as Figures) as [Figures, Figures, Figures]
  const peers = [
    { name: NAMES.boinc, of: boinc },
    { name: NAMES.twice, of: twice },
  ]
  const share = { unit: 'of the work', better: 'lower' } as const
  const established = { name: 'extra compute, established', value: here.established, ...share }
  yield alone(established, GOAL_EXTRA)
  for (const { name, of } of peers) yield beside(established, { name, value: of.established }, null)
  const newcomers = { name: 'extra compute, others', value: here.newcomers, ...share }
  for (const { name, of } of peers) yield beside(newcomers, { name, value: of.newcomers }, null)
  const churned = mean(seeds().map((seed) => extraOf(simulateMarket({ ...WORLD, seed, churnEvery: CHURN })).all))
  yield alone({ name: 'extra compute, all, with churn', value: churned, ...share }, null)
  const delay = {
    name: 'half a day each until a cheat is found',
    value: here.delay,
    unit: 'rounds',
    better: 'lower',
  } as const
  for (const { name, of } of peers) yield beside(delay, { name, value: of.delay }, null)
  const profit = { unit: "subtasks' pay over its life", better: 'lower' } as const
  for (const rule of RULES) {
    const { name, gain } = (figures.get(rule) as Figures).best
    const what = `gain of the best cheat, ${NAMES[rule]} (${name})`
    yield alone({ name: what, value: gain, ...profit }, rule === 'golem' ? 0 : null)
  }
  yield alone(
    { name: `false penalties in ${DISPUTES} disputes`, value: falsePenalties(), unit: 'penalties', better: 'lower' },
    0,
  )
  yield* realChecks(context)
}

const seeds = () => Array.from({ length: SEEDS }, (_, at) => at + 1)
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

function extraOf({ established, newcomers, work, extra }: ReturnType<typeof simulateMarket>) {
  const of = (part: { work: number; extra: number }) => part.extra / Math.max(1, part.work)
  return { established: of(established), newcomers: of(newcomers), all: extra / work }
}

async function figuresOf(verification: Verification, signal: AbortSignal): Promise<Figures> {
  const world: World = { ...WORLD, verification }
  const honest = seeds().map((seed) => extraOf(simulateMarket({ ...world, seed })))
  const delays: number[] = []
  for (const seed of seeds()) {
    // Those that cheat one in ten, once they are trusted.
    const provider = {
      act: ({ random, paid }: { random: () => number; paid: number }) =>
        paid >= 20 && random() < 0.1 ? ({ does: 'cheat', spends: 0, seen: 1 } as const) : ({ does: 'work' } as const),
    }
    const hostile = { ...WORLD.hostile, providers: Math.round(WORLD.providers * SHARE), isStaked: true, provider }
    delays.push(...simulateMarket({ ...world, seed, hostile }).delays)
  }
  let best = { name: 'none', gain: Number.NEGATIVE_INFINITY }
  for (const strategy of ALONE) {
    signal.throwIfAborted()
    await new Promise((resolve) => setImmediate(resolve))
    const tried = { ...strategy, world: { ...strategy.world, verification } }
    const { name, mean: gain } = compareStrategy(tried, { share: SHARE, seeds: SEEDS })
    // What changes nothing is no cheat.
    if (gain !== 0 && gain > best.gain) best = { name, gain }
  }
  return {
    established: mean(honest.map((one) => one.established)),
    newcomers: mean(honest.map((one) => one.newcomers)),
    delay: mean(delays),
    best,
  }
}

function falsePenalties(): number {
  const dispute = {
    random: randomFrom(2_027),
    witnesses: 10,
    hostile: 10 * SHARE,
    provider: asAddress(`0x${'a1'.repeat(20)}`),
    requestor: asAddress(`0x${'b2'.repeat(20)}`),
    ...{ isWrong: false, isShielded: false, isFramed: true, isUncertified: false },
  }
  return Array.from({ length: DISPUTES }, () => judgeWitnesses(dispute)).filter(({ isConvicted }) => isConvicted).length
}
