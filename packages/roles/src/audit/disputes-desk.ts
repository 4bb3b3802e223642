import { disputeAct, disputePhase, judgeClaim } from '@golem/market'
import type { App, Clock, Dispute, Disputes, Network, Store, Vote } from '@golem/ports'
import { type Bytes32, claim, GolemError, juryCommitment, type PeerContact, readEvidence } from '@golem/protocol'
import { hexOf } from '../hex-of.ts'
import type { Logger } from '../logger.ts'
import { type RerunComponents, rerunVerdict } from './rerun-verdict.ts'

/** Disputes are looked after this often. */
const LOOK_MS = 20_000
/** Older ones, by number, are over. */
const LOOKED_BACK = 200
const MAX_CLAIM_BYTES = 64 * 1024
/** A juror's check of one dispute, with the content that it fetches. */
const JUDGE_MS = 60 * 60_000

export type DisputesDeskComponents = Omit<RerunComponents, 'apps'> & {
  disputes: Disputes
  network: Pick<Network, 'peers'>
  store: Store
  clock: Clock
  logger: Logger
}
export type DisputesDeskOptions = {
  apps: readonly App[]
  maxInputBytes: number
  speed: number
  lookMs?: number
  /** Told once of each dispute that ended with a conviction, whoever its parties are. */
  onConvicted?: (dispute: Dispute) => void
}

/**
 * Looks after the disputes that this node is a party to, or sits on a panel of: it has panels drawn and verdicts carried
 * out, votes by doing the disputed check again, and takes what it is owed. What it cannot check it does not vote on:
 * silence convicts nobody.
 */
export type DisputesDesk = { start(): void; stop(): Promise<void> }

export function createDisputesDesk(components: DisputesDeskComponents, options: DisputesDeskOptions): DisputesDesk {
  const { disputes, store, clock, logger, randomBytes } = components
  const { self } = disputes
  const { lookMs = LOOK_MS } = options
  const stopping = new AbortController()
  /** Over, and nothing is to be taken any more. */
  const settled = new Set<number>()
  const told = new Set<number>()
  let working: Promise<void> = Promise.resolve()

  const keyOf = ({ id, round }: Dispute) => `juror/${self}/${id}/${round}`
  const knownVote = (dispute: Dispute): { vote: Vote; salt: Bytes32 } | null => {
    const found = store.get(keyOf(dispute))
    return found === null ? null : JSON.parse(found)
  }

  const feeOf = async (dispute: Dispute): Promise<boolean> => {
    const winning = dispute.verdict === 'convicted' ? 'convict' : dispute.verdict === 'acquitted' ? 'acquit' : null
    if (winning === null || dispute.feePerSeatWei === 0n) return false
    for (let round = 0; round <= dispute.round; round += 1) {
      const { vote, isPaid } = await disputes.seat(dispute.id, round, self)
      if (vote === winning && !isPaid) return true
    }
    return false
  }

  const commit = async (dispute: Dispute): Promise<void> => {
    let known = knownVote(dispute)
    if (known === null) {
      const vote = await judge(components, dispute, { ...options, signal: stopping.signal })
      if (vote === null) return
      known = { vote, salt: `0x${hexOf(randomBytes(32))}` as Bytes32 }
      // Before it is sent: what is not known any more cannot be revealed.
      store.commit([{ put: keyOf(dispute), value: JSON.stringify(known) }])
    }
    await disputes.commit(dispute.id, juryCommitment({ ...dispute, juror: self, ...known }))
    logger.info({ dispute: dispute.id, vote: known.vote }, 'a juror of this node voted')
  }

  const lookAt = async (id: number): Promise<void> => {
    const dispute = await disputes.dispute(id)
    const [{ atS, block }, terms] = [await disputes.now(), await disputes.terms()]
    const { phase } = disputePhase({ dispute, terms, nowS: atS })
    const isParty = dispute.accuser === self || dispute.accused === self
    const sits = dispute.panel.jurors.includes(self)
    const seat = sits ? await disputes.seat(id, dispute.round, self) : null
    const isOver = phase === 'finished'
    if (isOver && dispute.verdict === 'convicted' && !told.has(id)) {
      told.add(id)
      options.onConvicted?.(dispute)
    }
    const hasFee = isOver && (await feeOf(dispute))
    const owedWei = isOver && isParty ? await disputes.owedWei(self) : 0n
    const known = knownVote(dispute)
    const act = disputeAct({
      ...{ phase, isParty, canDraw: block > dispute.drawBlock, knowsVote: known !== null, hasFee, owedWei },
      seat: seat === null ? null : { hasCommitted: seat.commitment !== null, hasVoted: seat.vote !== null },
    })
    switch (act) {
      case null:
        if (isOver) settled.add(id)
        return
      case 'commit':
        return commit(dispute)
      case 'reveal':
        return known === null ? undefined : disputes.reveal(id, known.vote, known.salt)
      case 'take-fee':
        return disputes.takeFee(id)
      case 'take-owed':
        return disputes.takeOwed()
      case 'nudge':
        return disputes.nudge()
      case 'draw':
      case 'finish':
        return disputes[act](id)
    }
  }

  const look = async (): Promise<void> => {
    const count = await disputes.count()
    for (let id = Math.max(1, count - LOOKED_BACK); id <= count && !stopping.signal.aborted; id += 1) {
      if (settled.has(id)) continue
      // Others do the same at the same time, and one of them is the first.
      await lookAt(id).catch((error: unknown) => logger.debug({ dispute: id, error: String(error) }, 'not yet'))
    }
  }

  return {
    start: () => {
      working = (async () => {
        while (!stopping.signal.aborted) {
          await look().catch((error: unknown) =>
            logger.debug({ error: String(error) }, 'disputes were not looked after'),
          )
          await clock.sleep(lookMs, { signal: stopping.signal }).catch(() => undefined)
        }
      })()
    },
    stop: async () => {
      stopping.abort()
      await working
    },
  }
}

/** How this node votes; null where it could not find out. */
async function judge(
  components: DisputesDeskComponents,
  dispute: Dispute,
  { signal, ...options }: DisputesDeskOptions & { signal: AbortSignal },
): Promise<Vote | null> {
  const { storage, network, logger } = components
  const evidence = readEvidence(dispute.evidence)
  // Who accuses shows something that can be read, or has shown nothing.
  if (evidence === null) return 'acquit'
  const named = evidence.addresses.flatMap((address): PeerContact[] => {
    const peerId = address.split('/').at(-1)
    return peerId === undefined ? [] : [{ peerId, addresses: [address] }]
  })
  const from = [...named, ...network.peers().map(({ peerId }): PeerContact => ({ peerId, addresses: [] }))]
  const within = AbortSignal.any([signal, AbortSignal.timeout(JUDGE_MS)])
  try {
    await storage.fetch(evidence.claim, { from, maxBytes: MAX_CLAIM_BYTES, signal: within })
    const bytes = await storage.readFile(evidence.claim, { maxBytes: MAX_CLAIM_BYTES })
    const shown = claim.safeParse(parsed(bytes))
    if (!shown.success || shown.data.accused !== dispute.accused) return 'acquit'
    const { said, parties, found, isQuestionSigned, isDeterministic, namesClass } = await rerunVerdict(
      { ...components, ...options },
      shown.data.verdict,
      {
        ...options,
        from,
        signal: within,
      },
    )
    return judgeClaim({
      ...{ accused: dispute.accused, ...parties, judge: said.judge },
      ...{ saidAccepted: said.verdict.accepted, foundAccepted: found.accepted },
      ...{ isQuestionSigned, isDeterministic, namesClass },
    })
  } catch (error) {
    if (error instanceof GolemError && error.code === 'VERDICT_INVALID') return 'acquit'
    logger.warn({ dispute: dispute.id, error: String(error) }, 'a dispute could not be judged here yet')
    return null
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}
