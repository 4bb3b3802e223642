import type { Clock, Store } from '@golem/ports'
import {
  type Address,
  type Assignment,
  agreementId,
  type Bytes32,
  type ChannelKey,
  type Cid,
  channelId,
  type Delivery,
  type Json,
  type PeerContact,
  type Signature,
  type Signer,
  signTerms,
  type Terms,
  type Usage,
  type Voucher,
  type Wei,
} from '@golem/protocol'
import type { Ledger } from './ledger.ts'
import { LIMITS } from './limits.ts'
import type { ProvidedApp } from './options.ts'
import type { Outbox } from './outbox.ts'
import { type AgreementRecord, agreementRecord, deliveryRecord, put, type RecordKeys, readId } from './records.ts'

export type Delivered = { delivery: Delivery; result: Json; usage: Usage }

/** A subtask that was taken on and is not settled. */
export type Subtask = {
  readonly index: number
  readonly priceWei: Wei
  /** null after a restart: then it was delivered before. */
  readonly assignment: Assignment | null
  state: 'queued' | 'running' | 'delivering' | 'delivered'
  delivered: Delivered | null
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
  readonly subtasks: Map<number, Subtask>
  /** Indices that were delivered and settled. */
  readonly used: Set<number>
  /** The open stream, where there is one. */
  outbox: Outbox | null
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
  open(proposal: { terms: Terms; signature: Signature; contact: PeerContact; app: ProvidedApp }): Agreement
  take(agreement: Agreement, assignment: Assignment): Subtask
  deliver(agreement: Agreement, subtask: Subtask, delivered: Delivered): void
  /** Settles what was delivered and is named, and keeps the voucher, in one commit. */
  accept(agreement: Agreement, subtasks: readonly Subtask[], voucher: Voucher): void
  /** Forgets a subtask that will not be paid; one that was delivered keeps its index. */
  drop(agreement: Agreement, subtask: Subtask, why: 'rejected' | 'cancelled'): void
  end(agreement: Agreement): void
}

type Components = {
  store: Store
  clock: Clock
  signer: Signer
  ledger: Ledger
  keys: RecordKeys
  apps: ReadonlyMap<Cid, ProvidedApp>
}

export function createAgreements({ store, clock, signer, ledger, keys, apps }: Components): Agreements {
  const agreements = new Map<Bytes32, Agreement>()
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
    const agreement: Agreement = {
      id,
      terms,
      key,
      channel: channelId(key),
      app,
      signature: signTerms(signer, terms),
      record,
      subtasks: new Map(),
      used: new Set(),
      outbox: null,
      lostAtMs: clock.now(),
      isDormant: false,
      coreMs: 0,
      failures: 0,
      proofs: new Set(),
      control: new AbortController(),
    }
    for (const entry of store.list(keys.deliveries(id))) {
      const index = Number(entry.key.slice(entry.key.lastIndexOf('/') + 1))
      const stored = deliveryRecord.parse(JSON.parse(entry.value))
      if (stored.settled) agreement.used.add(index)
      else {
        const { priceWei, delivery, result, usage } = stored
        const delivered = { delivery, result, usage }
        agreement.subtasks.set(index, {
          index,
          priceWei,
          assignment: null,
          state: 'delivered',
          delivered,
          control: new AbortController(),
        })
      }
    }
    agreements.set(id, agreement)
    return agreement
  }

  const settledChange = (agreement: Agreement, { index }: Subtask) =>
    put(keys.delivery(agreement.id, index), { settled: true })
  const settle = (agreement: Agreement, { index }: Subtask): void => {
    agreement.subtasks.delete(index)
    agreement.used.add(index)
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

    open: ({ terms, signature, contact, app }) => {
      const id = agreementId(terms)
      const openedAtMs = clock.now()
      const record = { terms, signature, contact, openedAtMs, acceptedWei: 0n, delivered: 0, accepted: 0, rejected: 0 }
      store.commit([put(keys.agreement(id), record)])
      return adopt(id, record, app)
    },

    take: (agreement, assignment) => {
      const { index, priceWei } = assignment
      const subtask: Subtask = {
        index,
        priceWei,
        assignment,
        state: 'queued',
        delivered: null,
        control: new AbortController(),
      }
      agreement.subtasks.set(index, subtask)
      return subtask
    },

    deliver: (agreement, subtask, delivered) => {
      const record = { ...agreement.record, delivered: agreement.record.delivered + 1 }
      store.commit([
        put(keys.agreement(agreement.id), record),
        put(keys.delivery(agreement.id, subtask.index), { settled: false, priceWei: subtask.priceWei, ...delivered }),
      ])
      agreement.record = record
      subtask.state = 'delivered'
      subtask.delivered = delivered
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
      for (const each of subtasks) settle(agreement, each)
    },

    drop: (agreement, subtask, why) => {
      subtask.control.abort()
      if (subtask.delivered === null) {
        agreement.subtasks.delete(subtask.index)
        return
      }
      const rejected = agreement.record.rejected + (why === 'rejected' ? 1 : 0)
      const record = { ...agreement.record, rejected }
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

/** Prices of what was taken on and is not settled. */
export const outstandingWei = (agreements: readonly Agreement[]): Wei =>
  agreements.reduce((sum, { subtasks }) => [...subtasks.values()].reduce((more, each) => more + each.priceWei, sum), 0n)

/** Who keeps a delivery's outputs in the storage. */
export const outputsOwner = (agreement: Bytes32, index: number): string => `provider/outputs/${agreement}/${index}`
