import { type Gate, usualPay } from '@golem/market'
import { ACTIVITY_PROTOCOL, MESSAGE_LIMIT_BYTES } from '@golem/protocol'
import { type Agreement, createAgreements, outputsOwner, type Subtask } from './agreements.ts'
import { type ConversationServices, converse, lendingMessage } from './conversation.ts'
import { createCredit } from './credit.ts'
import { createDemandDesk } from './demand-desk.ts'
import type { LentWork } from './glimpses.ts'
import { createGrants } from './grants.ts'
import { createInputs, INPUT_FOLDERS } from './inputs.ts'
import { LIMITS } from './limits.ts'
import { createLosses } from './losses.ts'
import { type ProviderComponents, type ProviderOptions, settingsOf, unpaidAt } from './options.ts'
import type { Outbox } from './outbox.ts'
import { createPenalties } from './penalties.ts'
import { createPrograms } from './programs.ts'
import { createRejections, type Rejection } from './rejections.ts'
import { leftUnpaid, requestorFacts } from './requestor-facts.ts'
import { showClass } from './show-class.ts'
import type { Earnings, FailureNote, ProviderState, ProviderStatus } from './status.ts'
import { createWatch } from './watch.ts'
import { createWorkshop, OUTPUT_FOLDERS } from './workshop.ts'

/** A requestor that says that it settles by itself has so long. */
const SETTLE_PATIENCE_S = 10 * 60
/** What its owner is told of. */
const MAX_FAILURES_KEPT = 20
/** Deadlines, graces and locks are looked at this often, in heartbeats. */
const CARE_BEATS = 10
/** Programs that did not start are tried again after this. */
const REPAIR_MS = 30_000

/** Lends this machine's cores and earns for it. */
export type Provider = {
  /**
   * Starts the programs that wait for work, redeems what a crash left, and begins to answer demands. Idempotent.
   *
   * @throws {GolemError} what keeps a program from starting: `SANDBOX_UNAVAILABLE`, `SANDBOX_START_FAILED`, ...
   */
  start(): Promise<void>
  /** Ends work, programs and streams. What was delivered and promised stays in the store. Idempotent. */
  stop(): Promise<void>
  /**
   * What it does from now on, until something else is said; before its start too. Resolves when what is to stand still
   * does.
   */
  lend(permit: Permit): Promise<void>
  /** Cores and price from now on. What was offered and signed before holds. */
  change(terms: Partial<Pick<ProviderOptions, 'cores' | 'pricePerCoreHourWei'>>): void
  status(): ProviderStatus
  /** What is computed now and was a moment ago, each with a small picture of what came out of it where there is one. */
  work(): LentWork[]
  /** A PNG of one of these; null where there is none, or none any more. */
  workPicture(id: string): Uint8Array | null
  earnings(): Earnings
  /** Of its work, newest first, with what they showed. */
  rejections(): Rejection[]
}

export type Permit = {
  gate: Gate
  /** For people, where the gate is not open. */
  reason: string
  /** When what stands still goes on, where that is known. */
  thawsAtMs: number | null
}

/**
 * A provider over the ports. It may be started once.
 *
 * @example
 * const provider = createProvider({ signer, network, ...ports, apps }, { cores: 2, speed: 1.1, pricePerCoreHourWei })
 * await provider.start()
 */
export function createProvider(components: ProviderComponents, options: ProviderOptions): Provider {
  const { signer, network, storage, folders, chain, clock, logger } = components
  const settings = settingsOf(options, signer.address)
  const { onChange, speed, heartbeatMs, graceMs } = settings
  const failures: FailureNote[] = []
  let permit: Permit = { gate: 'open', reason: '', thawsAtMs: null }
  const { settlement } = chain
  const grants = components.grants ?? createGrants({ registry: null, clock, logger })
  const apps = new Map(components.apps.map((app) => [app.manifestCid, app]))

  const watch = components.watch ?? createWatch(components)
  const { ledger, keys } = watch
  const losses = createLosses(components.store, keys)
  const agreements = createAgreements({ ...components, ledger, losses, keys, apps })
  const rejections = createRejections({ ...components, losses, keys }, () => {
    noteRequestors(agreements.list())
    onChange()
  })
  const noteRequestors = (of: readonly Agreement[]): void => {
    if (components.book === undefined || of.length === 0) return
    const known = rejections.list()
    components.book.note(of.flatMap((agreement) => requestorFacts(agreement, known)))
  }
  const penalties = createPenalties(clock, (peer) => network.blame(peer, 'lie'))
  const inputs = createInputs(components, {
    maxInputBytes: () => Math.min(settings.maxInputBytes, grants.policy().max.inputBytes ?? settings.maxInputBytes),
  })
  const programs = createPrograms(
    { ...components, grants },
    {
      warm: () => settings.warm ?? settings.cores,
      maxPrograms: () => settings.cores * LIMITS.programsPerCore,
      priority: settings.priority,
    },
  )
  const workshop = createWorkshop(
    { ...components, agreements, programs, inputs },
    {
      ...{ cores: () => settings.cores, speed, gate: permit.gate, onFailure: keepFailure, onChange: onWork },
      onMalware: (agreement) => noteRequestors([agreement]),
      creditWei: (agreement, nextWei) => credit.leftWei(agreement, nextWei),
      isOwing: ({ terms }) => credit.isOwing(terms.requestor),
    },
  )
  const credit = createCredit(
    { agreements, rejections, losses, ledger, backings: components.backings },
    { waitingWei: workshop.queuedWei },
  )
  /** What was paid is trusted with at once, by steps that are worth a signature. */
  const onPaid = (agreement: Agreement): void => {
    const { acceptedWei } = agreement.record
    if (acceptedWei - agreement.notedWei >= usualPay(agreement.terms.pricePerCoreHourWei) / 2n) {
      agreement.notedWei = acceptedWei
      noteRequestors([agreement])
      credit.say(agreement)
    }
    workshop.look()
  }
  const onLeft = (agreement: Agreement): void => {
    noteRequestors([agreement])
    credit.say(agreement)
  }
  /** Who owed, and leaves what it paid before as well, is not worked for any more: that is this node's own evidence. */
  const noteAgain = ({ id, terms }: Agreement, left: readonly Subtask[]): void => {
    const subtasks = left.filter(({ isPaidBefore }) => isPaidBefore)
    if (subtasks.length === 0) return
    const about = { subject: terms.requestor, agreementId: id, application: null }
    const valueWei = subtasks.reduce((sum, { priceWei }) => sum + priceWei, 0n)
    const unpaid = { kind: 'unpaid', count: subtasks.length, valueWei, isProven: true, evidence: null } as const
    components.book?.note([{ ...about, ...unpaid }])
  }
  watch.attend({
    // Past its deadline an agreement only waits for late acceptances: what is owed already is not held back by that.
    isFinished: (channel) =>
      agreements.ofChannel(channel).every((agreement) => agreement.terms.deadlineMs <= clock.now()),
    thresholdWei: settings.redeemThresholdWei,
    delayMs: settings.redeemDelayMs,
    onChange,
  })

  const stopping = new AbortController()
  let phase: 'off' | 'starting' | 'on' | 'stopping' | 'failed' = 'off'
  let failure = ''
  let starting: Promise<void> | null = null
  let stopped: Promise<void> | null = null
  let stopListening = () => {}
  const streams = new Set<Outbox>()
  const conversations = new Set<Promise<void>>()
  const ending = new Set<Promise<void>>()

  const isOpen = (): boolean => permit.gate === 'open'

  function keepFailure(note: FailureNote): void {
    failures.push(note)
    if (failures.length > MAX_FAILURES_KEPT) failures.shift()
  }

  function onWork(): void {
    // A machine with nothing to do gets ready for the next job; a busy one has no core to spare for it.
    if (phase === 'on' && isOpen() && workshop.running() === 0) void programs.warmUp().catch(() => {})
    onChange()
  }

  const track = (set: Set<Promise<void>>, work: Promise<void>): Promise<void> => {
    set.add(work)
    return work.finally(() => set.delete(work))
  }

  const endAgreement = (agreement: Agreement): void => {
    const delivered = [...agreement.subtasks.values()].filter((each) => each.delivered !== null)
    const unpaid = leftUnpaid(agreement)
    if (unpaid.length > 0) agreements.lose(agreement, unpaid)
    noteAgain(agreement, unpaid)
    noteRequestors([agreement])
    agreements.end(agreement)
    logger.info(
      { agreement: agreement.id, peer: agreement.terms.requestor, earnedWei: `${agreement.record.acceptedWei}` },
      'an agreement ended',
    )
    const tidy = async () => {
      await workshop.clear(agreement)
      for (const { index } of delivered) await storage.unpin(outputsOwner(agreement.id, index))
      // Evidence of what it rejected may have been on its way yet.
      await rejections.settled(agreement.id)
      noteRequestors([agreement])
    }
    void track(ending, tidy()).catch((error: unknown) => {
      logger.warn({ agreement: agreement.id, error: String(error) }, 'an agreement left something behind')
    })
    watch.look()
    onWork()
  }

  /** Opened long ago, and never funded: nobody holds a place here for nothing. */
  const isIdle = ({ channel, record, proofs, subtasks }: Agreement, nowMs: number): boolean =>
    nowMs - record.openedAtMs >= graceMs &&
    record.delivered === 0 &&
    subtasks.size + proofs.size === 0 &&
    ledger.provenWei(channel) <= ledger.owedWei(channel)

  /** What time brings: deadlines, requestors that went away, locks that expire. */
  const takeCare = (): void => {
    const nowMs = clock.now()
    for (const agreement of agreements.list()) {
      const { outbox } = agreement
      // What was delivered in time may still be accepted for a while.
      const endsAtMs = agreement.terms.deadlineMs + (agreement.subtasks.size > 0 ? graceMs : 0)
      if (nowMs >= endsAtMs || isIdle(agreement, nowMs)) endAgreement(agreement)
      else if (outbox === null && !agreement.isDormant && nowMs - agreement.lostAtMs >= graceMs) {
        agreement.isDormant = true
        void workshop.clear(agreement).then(onWork)
      }
    }
    noteRequestors(agreements.list())
    for (const agreement of agreements.list()) credit.say(agreement)
    workshop.look()
    watch.look()
    void grants.refresh(components.apps)
  }
  const beat = async (): Promise<void> => {
    for (let count = 1; !stopping.signal.aborted; count += 1) {
      await clock.sleep(heartbeatMs, { signal: stopping.signal })
      for (const { outbox, subtasks } of agreements.list()) {
        const running = [...subtasks.values()].filter((each) => each.state === 'running').map((each) => each.index)
        outbox?.hint({ type: 'heartbeat', running })
      }
      workshop.lookAtFrozen()
      if (count % CARE_BEATS === 0) takeCare()
    }
  }
  const repair = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(REPAIR_MS, { signal: stopping.signal })
      if (programs.problem() !== null && isOpen()) await programs.warmUp().then(onChange, () => {})
    }
  }

  const begin = async (): Promise<void> => {
    phase = 'starting'
    watch.start()
    onChange()
    // What a crash left behind.
    for (const name of [INPUT_FOLDERS, OUTPUT_FOLDERS]) await folders.make(name)
    try {
      await grants.refresh(components.apps)
      if (isOpen()) await programs.warmUp()
    } catch (error) {
      phase = 'failed'
      failure = String(programs.problem()?.sentence ?? error)
      onChange()
      throw error
    }
    if (stopping.signal.aborted) return
    phase = 'on'
    const demands = createDemandDesk({ ...components, grants, penalties, apps, settlement }, settings, {
      openAgreements: () => agreements.list().filter((each) => !each.isDormant).length,
      isAble: () => isOpen() && programs.problem() === null,
    })
    const services: ConversationServices = {
      ...{
        grants,
        agreements,
        ledger,
        demands,
        apps,
        workshop,
        credit,
        storage,
        penalties,
        rejections,
        streams,
        settlement,
        clock,
        logger,
      },
      signer,
      showClass: (agreement, seed) => void showClass({ programs, inputs, workshop, signer, logger }, agreement, seed),
      recoverSigner: components.recoverSigner,
      stopping: stopping.signal,
      gate: () => permit.gate,
      onPaid,
      onLeft,
      noteAgain,
      endAgreement: (agreement, { isSettling }) => {
        if (isSettling) ledger.noteSettling(agreement.channel, clock.now() / 1_000 + SETTLE_PATIENCE_S)
        endAgreement(agreement)
      },
      onChange,
    }
    const unhandle = network.handle(ACTIVITY_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES }, (channel) =>
      track(conversations, converse(services, channel)),
    )
    stopListening = () => {
      unhandle()
      demands.stop()
    }
    for (const loop of [beat, repair]) loop().catch(() => {})
    takeCare()
    onChange()
  }

  const end = async (): Promise<void> => {
    phase = 'stopping'
    onChange()
    stopping.abort()
    await starting?.catch(() => {})
    stopListening()
    // What is not done is somebody else's at once.
    for (const { outbox } of agreements.list()) outbox?.post(lendingMessage('off'))
    await workshop.setGate('off', null)
    await workshop.stop()
    await programs.stop()
    await Promise.all(agreements.list().map(({ id }) => inputs.endAgreement(id)))
    await Promise.all([...streams].map((stream) => stream.goodbye()))
    for (const { channel } of streams) channel.abort()
    await Promise.allSettled([...conversations, ...ending, rejections.settled()])
    if (components.watch === undefined) await watch.stop()
    else watch.attend({ isFinished: () => true, thresholdWei: 0n, delayMs: 0, onChange: () => {} })
    phase = 'off'
    onChange()
  }

  const stateNow = (): { state: ProviderState; reason: string } => {
    if (phase === 'off') return { state: 'off', reason: 'This machine lends no cores.' }
    if (phase === 'starting') return { state: 'starting', reason: 'The programs start.' }
    if (phase === 'stopping') return { state: 'stopping', reason: 'Work ends, and what was earned is kept.' }
    if (phase === 'failed') return { state: 'failed', reason: failure }
    const problem = programs.problem()
    if (problem !== null) return { state: 'failed', reason: problem.sentence }
    const count = workshop.running()
    if (!isOpen() && (count === 0 || permit.gate === 'frozen')) {
      return { state: permit.gate === 'off' ? 'off' : 'paused', reason: permit.reason }
    }
    const { cores } = settings
    const open = agreements.list().length
    if (count > 0) return { state: 'working', reason: `${count} of ${cores} lent cores compute.` }
    return {
      state: 'idle',
      reason: open > 0 ? `${plural(open, 'agreement')} open, no subtask here now.` : 'Waits for work.',
    }
  }

  return {
    start: () => (starting ??= begin()),
    stop: () => (stopped ??= end()),
    lend: async (next) => {
      const hasChanged = next.gate !== permit.gate
      permit = next
      if (hasChanged) for (const { outbox } of agreements.list()) outbox?.post(lendingMessage(next.gate))
      await workshop.setGate(next.gate, next.thawsAtMs)
      onWork()
    },
    change: (terms) => {
      Object.assign(settings, settingsOf({ ...options, ...terms }, signer.address))
      workshop.look()
    },
    status: () => ({
      ...stateNow(),
      cores: settings.cores,
      speed,
      pricePerCoreHourWei: settings.pricePerCoreHourWei,
      unpaid: unpaidAt(settings),
      waiting: programs.waiting(),
      activities: agreements.list().map((agreement) => ({
        requestor: agreement.terms.requestor,
        app: agreement.app.title,
        running: workshop.running(agreement),
        delivered: agreement.record.delivered,
        accepted: agreement.record.accepted,
        earnedWei: agreement.record.acceptedWei,
      })),
      failures: [...failures],
    }),
    work: workshop.glimpses.list,
    workPicture: workshop.glimpses.picture,
    earnings: watch.earnings,
    rejections: rejections.list,
  }
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
