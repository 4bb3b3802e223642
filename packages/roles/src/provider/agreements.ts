import type { SaidCredit } from '@golem/market'
import type { Clock, Store } from '@golem/ports'
import {
  type Address,
  type Assignment,
  agreementId,
  askedOf,
  type BatchedDelivery,
  type Bytes32,
  type ChannelKey,
  type Cid,
  channelId,
  type Draws,
  type PeerContact,
  type Signature,
  type Signer,
  signTerms,
  type Terms,
  type Voucher,
  type Wei,
} from '@golem/protocol'
import { randomHex } from '../hex-of.ts'
import type { Drawing } from './drawing.ts'
import type { Ledger } from './ledger.ts'
import { LIMITS } from './limits.ts'
import type { Losses } from './losses.ts'
import { type ProvidedApp, unpaidAt } from './options.ts'
import type { Outbox } from './outbox.ts'
import { type AgreementRecord, agreementRecord, deliveryRecord, put, type RecordKeys, readId } from './records.ts'

/** A subtask that was taken on and is not settled. */
export type Subtask = {
  readonly index: number
  readonly priceWei: Wei
  /** null after a restart: then it was delivered before. */
  readonly assignment: Assignment | null
  readonly requestBytes: number
  state: 'queued' | 'running' | 'delivering' | 'delivered'
  delivered: BatchedDelivery | null
  /** It was begun while its requestor owed, for what that had paid before. */
  isPaidBefore: boolean
  /** Others are asked for the same, and one is paid: what comes of it waits until it is asked for. */
  isShared: boolean
  /** Its delivery was said on an open stream: it is owed. */
  isSaid: boolean
  /** It was cancelled once since. */
  isCalledOff: boolean
  /** Of a replica that is delivered: what it is committed to with. */
  salt: Bytes32 | null
  /** Aborted when nobody wants it any more. */
  readonly control: AbortController
}

/** An agreement at work. */
export type Agreement = {
  readonly id: Bytes32
  readonly terms: Terms
  readonly key: ChannelKey
  readonly channel: Bytes32
  readonly app: ProvidedApp
  /** Ours. */
  readonly signature: Signature
  record: AgreementRecord
  /** Changed by the functions of `Agreements` alone. */
  readonly subtasks: ReadonlyMap<number, Subtask>
  /** What its scanner found among its inputs or in its image, the first; what was to be computed with that. */
  malicious: { evidence: Cid; count: number; valueWei: Wei } | null
  /** Prices of what was taken on and is not settled. */
  outstandingWei: Wei
  /** Of its requests. */
  requestBytes: number
  /** How its checks are drawn; null where the requestor promised nothing. */
  readonly drawing: Drawing | null
  /** Indices that were delivered and settled. */
  readonly used: Set<number>
  /** The open stream, where there is one. */
  outbox: Outbox | null
  /** Whether its last stream knows batches. */
  speaksBatches: boolean
  /** Whether it was asked in this stream what is here. */
  wasAskedHolding: boolean
  /** Whether it was asked in this stream for its class. */
  wasAskedClass: boolean
  /** Who else has which inputs, as the requestor said last. */
  sources: { inputs: Cid; from: readonly PeerContact[] } | null
  /** Whether it knows draws. */
  speaksDraws: boolean
  /** Whether it is told what it is trusted with, and what it was told in this stream. */
  speaksCredit: boolean
  /** Whether it takes what is ready when it wants to. */
  speaksShares: boolean
  saidCredit: SaidCredit | null
  /** Price of the largest subtask that was paid for. What was only asked for says nothing: it costs nothing to ask. */
  largestWei: Wei
  /** What its requestor had paid for when that was noted last. */
  notedWei: Wei
  /** Since when there is none. */
  lostAtMs: number
  /** Without a stream for so long that its programs and unfinished work are gone. */
  isDormant: boolean
  coreMs: number
  /** Failed subtasks in a row. */
  failures: number
  /** Fundings that the chain is asked about. */
  readonly proofs: Set<Promise<void>>
  /** Aborted at its end. */
  readonly control: AbortController
}

/** The agreements of this provider, in the store before they count. */
export type Agreements = {
  get(id: Bytes32): Agreement | undefined
  list(): Agreement[]
  ofChannel(channel: Bytes32): Agreement[]
  /** Whether one more may be opened. */
  hasRoomFor(requestor: Address): boolean
  hasEnded(id: Bytes32): boolean
  open(proposal: {
    terms: Terms
    signature: Signature
    contact: PeerContact
    app: ProvidedApp
    draws: Draws | null
  }): Agreement
  take(agreement: Agreement, assignment: Assignment, requestBytes: number): Subtask
  /** Forgets what was taken and is not delivered. */
  giveUp(agreement: Agreement, subtask: Subtask): void
  /** Keeps what was delivered, all in one commit: each with the next draw, as long as there are some, or as ready. */
  deliver(agreement: Agreement, deliveries: readonly (readonly [Subtask, BatchedDelivery])[]): void
  /** What was committed to, or is ready, is to be said now, all in one commit; what is ready with the next draws. */
  show(agreement: Agreement, subtasks: readonly Subtask[]): BatchedDelivery[]
  /** Settles what was delivered and is named, and keeps the voucher, in one commit. */
  accept(agreement: Agreement, subtasks: readonly Subtask[], voucher: Voucher): void
  /** Settles what was said and is left unpaid, all in one commit. */
  lose(agreement: Agreement, subtasks: readonly Subtask[]): void
  /** Forgets a subtask that will not be paid; one that was delivered keeps its index. */
  drop(agreement: Agreement, subtask: Subtask, why: 'rejected' | 'cancelled'): void
  end(agreement: Agreement): void
}

type Components = {
  store: Store
  clock: Clock
  signer: Signer
  ledger: Ledger
  losses: Losses
  keys: RecordKeys
  apps: ReadonlyMap<Cid, ProvidedApp>
  randomBytes: (length: number) => Uint8Array
}

export function createAgreements({
  store,
  clock,
  signer,
  ledger,
  losses,
  keys,
  apps,
  randomBytes,
}: Components): Agreements {
  const agreements = new Map<Bytes32, Agreement>()
  /** The same maps as the agreements show, to be changed. */
  const subtasksOf = new WeakMap<Agreement, Map<number, Subtask>>()
  const add = (agreement: Agreement, subtask: Subtask): Subtask => {
    subtasksOf.get(agreement)?.set(subtask.index, subtask)
    agreement.outstandingWei += subtask.priceWei
    agreement.requestBytes += subtask.requestBytes
    return subtask
  }
  const remove = (agreement: Agreement, subtask: Subtask): void => {
    if (!subtasksOf.get(agreement)?.delete(subtask.index)) return
    agreement.outstandingWei -= subtask.priceWei
    agreement.requestBytes -= subtask.requestBytes
  }
  for (const { key, value } of store.list(keys.agreements)) {
    const record = agreementRecord.parse(JSON.parse(value))
    // Without its application nothing can be run for it; its vouchers are redeemed all the same.
    const app = apps.get(record.terms.manifest)
    if (app !== undefined) adopt(readId(key), record, app)
  }

  function adopt(id: Bytes32, record: AgreementRecord, app: ProvidedApp): Agreement {
    const { terms } = record
    const key = {
      requestor: terms.requestor,
      payee: terms.payee,
      author: terms.author,
      royaltyBps: terms.royaltyBps,
    }
    const subtasks = new Map<number, Subtask>()
    const agreement: Agreement = {
      id,
      terms,
      key,
      channel: channelId(key),
      app,
      signature: signTerms(signer, terms),
      record,
      subtasks,
      malicious: null,
      outstandingWei: 0n,
      requestBytes: 0,
      drawing: record.draws && { draws: record.draws, revealed: null, owedSinceMs: null },
      used: new Set(),
      outbox: null,
      speaksBatches: true,
      wasAskedHolding: false,
      wasAskedClass: false,
      sources: null,
      speaksDraws: true,
      speaksCredit: true,
      speaksShares: true,
      saidCredit: null,
      largestWei: 0n,
      notedWei: 0n,
      lostAtMs: clock.now(),
      isDormant: false,
      coreMs: 0,
      failures: 0,
      proofs: new Set(),
      control: new AbortController(),
    }
    subtasksOf.set(agreement, subtasks)
    for (const entry of store.list(keys.deliveries(id))) {
      const index = Number(entry.key.slice(entry.key.lastIndexOf('/') + 1))
      const stored = deliveryRecord.parse(JSON.parse(entry.value))
      if (stored.settled) agreement.used.add(index)
      else {
        const { priceWei, settled: _, salt = null, isSaid, ...delivered } = stored
        add(agreement, {
          index,
          priceWei,
          assignment: null,
          requestBytes: 0,
          state: 'delivered',
          delivered: { index, ...delivered },
          isPaidBefore: false,
          isShared: false,
          isSaid,
          isCalledOff: false,
          salt,
          control: new AbortController(),
        })
      }
    }
    agreements.set(id, agreement)
    return agreement
  }

  const settledChange = (agreement: Agreement, { index }: Subtask) =>
    put(keys.delivery(agreement.id, index), { settled: true })
  const settle = (agreement: Agreement, subtask: Subtask): void => {
    remove(agreement, subtask)
    agreement.used.add(subtask.index)
  }
  const lose = (agreement: Agreement, subtasks: readonly Subtask[]): void => {
    const { terms, record: before } = agreement
    const prices = subtasks.map(({ priceWei }) => priceWei)
    const { change, countedWei } = losses.add(terms.requestor, prices, unpaidAt(terms).newWei)
    const { count, wei } = before.left
    const counts = countedWei > 0n ? { count: count + subtasks.length, wei: wei + countedWei } : before.left
    const record = { ...before, left: counts }
    const settled = subtasks.map((each) => settledChange(agreement, each))
    store.commit([change, put(keys.agreement(agreement.id), record), ...settled])
    agreement.record = record
    for (const each of subtasks) settle(agreement, each)
  }

  /** In one commit. What is to be said at once names the next draws, as long as there are some. */
  const keep = (
    agreement: Agreement,
    deliveries: readonly {
      subtask: Subtask
      delivered: BatchedDelivery
      salt: Bytes32 | null
      isDrawn: boolean
      isSaid: boolean
    }[],
    counts: Partial<AgreementRecord> = {},
  ): void => {
    const { drawing, record: before } = agreement
    const draws = drawing?.draws.count ?? 0
    let { drawn } = before
    const kept = deliveries.map((each) => {
      const isDrawn = each.isDrawn && drawn < draws
      return isDrawn ? { ...each, delivered: { ...each.delivered, draw: drawn++ } } : each
    })
    const record = { ...before, ...counts, drawn }
    store.commit([
      put(keys.agreement(agreement.id), record),
      ...kept.map(({ subtask: { priceWei }, delivered: { index, ...rest }, salt, isSaid }) =>
        put(keys.delivery(agreement.id, index), {
          settled: false,
          priceWei,
          isSaid,
          ...rest,
          ...(salt ? { salt } : {}),
        }),
      ),
    ])
    agreement.record = record
    if (drawing !== null && drawn > before.drawn) drawing.owedSinceMs ??= clock.now()
    for (const { subtask, delivered, salt, isSaid } of kept)
      Object.assign(subtask, { state: 'delivered', delivered, salt, isSaid })
  }

  return {
    get: (id) => agreements.get(id),
    list: () => [...agreements.values()],
    ofChannel: (channel) => [...agreements.values()].filter((each) => each.channel === channel),
    hasRoomFor: (requestor) => {
      const awake = [...agreements.values()].filter((each) => !each.isDormant)
      return (
        awake.length < LIMITS.agreements &&
        agreements.size - awake.length < LIMITS.dormant &&
        awake.filter((each) => each.terms.requestor === requestor).length < LIMITS.agreementsPerRequestor
      )
    },
    hasEnded: (id) => store.get(keys.earned(id)) !== null,

    open: ({ terms, signature, contact, app, draws }) => {
      const id = agreementId(terms)
      const openedAtMs = clock.now()
      const counts = {
        acceptedWei: 0n,
        delivered: 0,
        accepted: 0,
        rejected: 0,
        drawn: 0,
        left: { count: 0, wei: 0n },
      }
      const record = { terms, signature, contact, openedAtMs, draws, ...counts }
      store.commit([put(keys.agreement(id), record)])
      return adopt(id, record, app)
    },

    take: (agreement, assignment, requestBytes) =>
      add(agreement, {
        index: assignment.index,
        priceWei: assignment.priceWei,
        assignment,
        requestBytes,
        state: 'queued',
        delivered: null,
        isPaidBefore: false,
        isShared: false,
        isSaid: false,
        isCalledOff: false,
        salt: null,
        control: new AbortController(),
      }),

    giveUp: (agreement, subtask) => {
      if (subtask.delivered === null) remove(agreement, subtask)
    },

    deliver: (agreement, deliveries) => {
      const isAway = agreement.outbox === null
      keep(
        agreement,
        deliveries.map(([subtask, said]) => {
          const { assignment, isShared } = subtask
          // Replicas are compared with one another, and shown in another order than that in which they were computed.
          const salt = assignment?.replica ? randomHex(randomBytes) : null
          const isDrawn = salt === null && !(agreement.speaksShares && (isShared || isAway))
          // Signed with the draw, in a batch; alone a delivery says nothing of it.
          const asked = assignment && salt === null && agreement.speaksCredit ? { asked: askedOf(assignment) } : {}
          return { subtask, delivered: { ...said, ...asked }, salt, isDrawn, isSaid: isDrawn && !isAway }
        }),
        { delivered: agreement.record.delivered + deliveries.length },
      )
    },
    show: (agreement, subtasks) => {
      const unsaid = subtasks.flatMap((subtask) => {
        const { delivered, salt, isSaid } = subtask
        return delivered === null || isSaid ? [] : [{ subtask, delivered, salt, isDrawn: salt === null, isSaid: true }]
      })
      if (unsaid.length > 0) keep(agreement, unsaid)
      return subtasks.flatMap(({ delivered }) => delivered ?? [])
    },

    accept: (agreement, subtasks, voucher) => {
      const acceptedWei = subtasks.reduce((sum, each) => sum + each.priceWei, 0n)
      const { change, apply } = ledger.accept(voucher, acceptedWei)
      const record = {
        ...agreement.record,
        acceptedWei: agreement.record.acceptedWei + acceptedWei,
        accepted: agreement.record.accepted + subtasks.length,
      }
      store.commit([
        change,
        put(keys.agreement(agreement.id), record),
        ...subtasks.map((each) => settledChange(agreement, each)),
      ])
      apply()
      agreement.record = record
      for (const each of subtasks) {
        settle(agreement, each)
        if (each.priceWei > agreement.largestWei) agreement.largestWei = each.priceWei
      }
    },

    lose,
    drop: (agreement, subtask, why) => {
      subtask.control.abort()
      if (subtask.delivered === null) {
        remove(agreement, subtask)
        return
      }
      if (why === 'cancelled' && subtask.isSaid) return lose(agreement, [subtask])
      const { record: before } = agreement
      const record = { ...before, rejected: before.rejected + (why === 'rejected' ? 1 : 0) }
      store.commit([put(keys.agreement(agreement.id), record), settledChange(agreement, subtask)])
      agreement.record = record
      settle(agreement, subtask)
    },

    end: (agreement) => {
      agreement.control.abort()
      const { terms, acceptedWei: earnedWei, delivered, accepted, rejected, openedAtMs } = agreement.record
      const earned = {
        requestor: terms.requestor,
        app: agreement.app.title,
        earnedWei,
        delivered,
        accepted,
        rejected,
        openedAtMs,
        endedAtMs: clock.now(),
      }
      store.commit([
        put(keys.earned(agreement.id), earned),
        { remove: keys.agreement(agreement.id) },
        ...store.list(keys.deliveries(agreement.id)).map(({ key }) => ({ remove: key })),
      ])
      agreements.delete(agreement.id)
    },
  }
}

/** Prices of what was taken on and is not settled, in all. */
export const outstandingWei = (agreements: readonly Agreement[]): Wei =>
  agreements.reduce((sum, each) => sum + each.outstandingWei, 0n)

/** Who keeps a delivery's outputs in the storage. */
export const outputsOwner = (agreement: Bytes32, index: number): string => `provider/outputs/${agreement}/${index}`
