import type { Clock, Dispute, Store } from '@golem/ports'
import { readEvidence, type Signer } from '@golem/protocol'
import {
  type Backings,
  type ConvictionPublisher,
  createBackings,
  createConvictionPublisher,
  createFactBook,
  createJudgement,
  createStakeBook,
  type FactBook,
  type FollowedLists,
  type Judgement,
} from '@golem/roles'
import type { Logger } from 'pino'
import type { PolicyStore } from '../../policy/open-policy.ts'
import type { OpenedChain } from './open-chain.ts'
import type { Release } from './release.ts'

type Components = Pick<OpenedChain, 'chain' | 'blacklist' | 'stake' | 'disputes'> & {
  store: Store
  signer: Signer
  lists: FollowedLists
  policy: PolicyStore
  clock: Clock
  logger: Logger
}

/** What this node knows of others, what follows from that, and what it says of it. */
export function openTrust(
  { chain, blacklist, stake, disputes, store, signer, lists, policy, clock, logger }: Components,
  releases: Release[],
): {
  book: FactBook
  backings: Backings
  judgement: Judgement
  onConvicted: (dispute: Dispute) => void
  publisher: ConvictionPublisher
} {
  const book = createFactBook({ store, signer, settlement: chain.settlement, clock })
  const stakes = createStakeBook({ stakes: stake, clock, logger }, { arbiter: disputes.address })
  releases.push(async () => stakes.stop())
  const publisher = createConvictionPublisher(
    {
      ...{ blacklist, clock, logger },
      list: async (entries, why) => {
        const calls = entries.map(({ subject, evidence, expiresAtS }) =>
          blacklist.calls.list(subject, evidence, expiresAtS),
        )
        await chain.send(calls, why)
      },
    },
    { self: signer.address, isWanted: () => policy.current().blacklist.publish === 'convicted' },
  )
  return {
    book,
    publisher,
    backings: createBackings({ book, clock, stakes }),
    judgement: createJudgement({ book, lists, clock, logger }, { policy: policy.current }),
    onConvicted: (dispute) => {
      const { id, accused: party, startedAtS, evidence } = dispute
      book.noteConviction({ party, dispute: id, atMs: startedAtS * 1_000, evidence })
      const shown = readEvidence(evidence)
      if (shown === null) return
      const why = `a panel convicted it, dispute ${id}`
      // Whoever lied to a panel in one role is not to be trusted in the other.
      const as = ['provider', 'requestor'] as const
      void publisher.consider({ party, as, evidence: shown.claim, fromS: startedAtS, why })
    },
  }
}
