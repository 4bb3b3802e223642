import type { Random } from './random.ts'
import type { Genome } from './search-strategies.ts'
import { WORLD } from './world.ts'

/** All that a cheating provider may decide by. */
export type ProviderGenes = {
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

const between = (random: Random, least: number, most: number): number => least + random() * (most - least)
const SOMETIMES = 0.3

export const PROVIDER_GENOME: Genome<ProviderGenes> = {
  draws: {
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
  },
  strategyOf: (genes) => ({
    name: 'found',
    does: 'what a search came to',
    by: 'provider',
    isStaked: genes.isStaked,
    withFriends: genes.hasWitnesses,
    plan: {
      provider: {
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
      },
    },
  }),
}
