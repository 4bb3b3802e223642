import type { Settling } from './plans.ts'
import type { Random } from './random.ts'
import type { Genome } from './search-strategies.ts'
import { WORLD } from './world.ts'

/** All that a requestor may decide by that would rather not pay for right results. */
export type RequestorGenes = {
  /** Of those batches that it would not pay for, it does not pay for so many. */
  rate: number
  instead: Settling
  /** It pays each provider until it has paid it for so many subtasks. */
  paidFirst: number
  /** Only where it owes this much. */
  aboveOwedWei: number
  /** Only to the providers below this number. */
  providers: number
  /** Not before this round, and only in one of so many. */
  fromRound: number
  everyRounds: number
  /** It makes a new key when it has left so many unpaid, or in one of so many rounds; 0: never. */
  renewsAfter: number
  renewsEvery: number
  hidesSeeds: boolean
  /** Chains of seeds that it tries before it signs one; 0: it does not. */
  grinds: number
  frames: boolean
  hasWitnesses: boolean
}

const upTo = (random: Random, most: number): number => Math.ceil(random() * most)
const INSTEAD = ['refuses', 'rejects', 'replays', 'withdraws'] as const

export const REQUESTOR_GENOME: Genome<RequestorGenes> = {
  draws: {
    rate: (random) => (random() < 0.4 ? 1 : random() ** 2),
    instead: (random) => INSTEAD[Math.floor(random() * INSTEAD.length)] ?? 'refuses',
    paidFirst: (random) => (random() < 0.4 ? 0 : upTo(random, 60)),
    aboveOwedWei: (random) => (random() < 0.5 ? 0 : random() * WORLD.unpaidWei),
    providers: (random) => (random() < 0.5 ? WORLD.providers : upTo(random, WORLD.providers)),
    fromRound: (random) => Math.floor(random() * WORLD.rounds),
    everyRounds: (random) => (random() < 0.6 ? 1 : upTo(random, 8)),
    renewsAfter: (random) => (random() < 0.6 ? 0 : upTo(random, 20)),
    renewsEvery: (random) => (random() < 0.8 ? 0 : upTo(random, WORLD.rounds)),
    hidesSeeds: (random) => random() < 0.2,
    grinds: (random) => (random() < 0.8 ? 0 : upTo(random, 8)),
    frames: (random) => random() < 0.2,
    hasWitnesses: (random) => random() < 0.3,
  },
  strategyOf: (genes) => ({
    name: 'found',
    does: 'what a search came to',
    by: 'requestor',
    withFriends: genes.hasWitnesses,
    plan: {
      requestor: {
        settles: ({ random, round, provider, owedWei, paidHere }) => {
          const isTime =
            paidHere >= genes.paidFirst &&
            owedWei >= genes.aboveOwedWei &&
            provider < genes.providers &&
            round >= genes.fromRound &&
            round % genes.everyRounds === 0
          return isTime && random() < genes.rate ? genes.instead : 'pays'
        },
        isRenewed: ({ round, unpaid }) =>
          (genes.renewsAfter > 0 && unpaid >= genes.renewsAfter) ||
          (genes.renewsEvery > 0 && round > 0 && round % genes.renewsEvery === 0),
        hidesSeeds: genes.hidesSeeds,
        ...(genes.grinds > 0 ? { grinds: genes.grinds } : {}),
        frames: genes.frames,
      },
    },
  }),
}
