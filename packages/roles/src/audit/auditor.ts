import { refuseVoucher } from '@golem/market'
import type { App, Channel, Network, Peer, Storage, Store } from '@golem/ports'
import {
  type Address,
  AUDIT_PROTOCOL,
  type AuditBatchBody,
  type AuditReply,
  type AuditRequest,
  address,
  auditorsOf,
  auditRequest,
  type Bytes32,
  bytes32,
  type Cid,
  channelId,
  cid,
  domainOf,
  encodeJson,
  GolemError,
  isAuditBatchSigned,
  isVoucherSigned,
  MESSAGE_LIMIT_BYTES,
  type Settlement,
  signHeard,
  timestampMs,
  type Wei,
  wei,
} from '@golem/protocol'
import { z } from 'zod'
import type { Directory } from '../directory/create-directory.ts'
import type { Logger } from '../logger.ts'
import { earnedRecord, put } from '../provider/records.ts'
import type { Watch } from '../provider/watch.ts'
import { createRate, type Rate } from '../rate.ts'
import { readMessage } from '../read-message.ts'
import { keepNewest, verdictOwner } from '../requestor/keep-verdict.ts'
import type { Judgement } from '../trust/judgement.ts'
import { auditChannel } from './audit-channel.ts'
import { type Audited, type AuditOneComponents, auditOne } from './audit-one.ts'
import { forgetOne } from './forget-one.ts'
import { type Journal, openJournal } from './journal.ts'
import { createTurns } from './take-turns.ts'

/** Requests of one peer: how an audit stands is asked now and then. */
const RATE = { perS: 10, burst: 100 }
const MAX_PEERS = 2_048
/** Batches that were heard of, the oldest forgotten first; of one requestor. */
const MAX_BATCHES = 1_024
const MAX_BATCHES_OF_ONE = 64
/** Audits that were taken and are not paid, of one requestor: so much is done on its word. */
const MAX_UNPAID = 16
/** Audits that wait, of one requestor. */
const MAX_WAITING_OF_ONE = 16
/** Requestors whose audits are got ready at once, the longest left out first; that have shown work and money. */
const MAX_PREPARING = 64
const MAX_FUNDED = 64
/** Audits that are remembered for whoever asks again. */
const MAX_DONE = 1_024
/** A beacon is not further ahead than this, in blocks. */
const MAX_AHEAD = 256

/** What an audit of this node's came to. */
const auditNote = z.object({
  requestor: address,
  provider: address,
  manifest: cid,
  agreementId: bytes32,
  index: z.number(),
  isAccepted: z.boolean(),
  message: z.string(),
  verdict: cid,
  feeWei: wei,
  atMs: timestampMs,
})
export type AuditNote = z.infer<typeof auditNote>

export type AuditorComponents = AuditOneComponents & {
  network: Network
  directory: Directory
  storage: Storage
  store: Store
  settlement: Settlement
  watch: Pick<Watch, 'ledger' | 'keys' | 'look'>
  logger: Logger
  /** Whom this node works for. Default: everybody. */
  judgement?: Pick<Judgement, 'declineRequestor'> | undefined
}
export type AuditorOptions = { apps: readonly App[]; maxInputBytes: number; speed: number }

/** Checks the finished work of others again, where it is drawn for that, and is paid for its verdicts. */
export type AuditorRole = {
  isOn(): boolean
  /** Remembered over restarts. */
  set(isOn: boolean): void
  /** Takes up what was set last. */
  start(): void
  /** Newest first. */
  notes(atMost: number): AuditNote[]
  underWay(): number
  stop(): Promise<void>
}

type Task = { requestor: Address; root: Bytes32; state: 'working' | 'done' | 'failed'; reason: string } & (
  | { audited: null }
  | { audited: Audited; isPaid: boolean }
)
const IS_ON = 'auditor/is-on'

export function createAuditor(components: AuditorComponents, options: AuditorOptions): AuditorRole {
  const { network, directory, store, storage, clock, logger, signer, settlement, watch, recoverSigner } = components
  const { beacon, judgement } = components
  const apps = new Map(options.apps.map((app) => [app.manifestCid, app]))
  const journal: Journal<AuditNote> = openJournal(components, { prefix: 'auditor/done/', schema: auditNote })
  const batches = new Map<Bytes32, AuditBatchBody>()
  const tasks = new Map<string, Task>()
  const rates = new Map<string, Rate>()
  const stopping = new AbortController()
  let leave: (() => void) | null = null
  /** Each requestor's audits one after another: it keeps waiting none but itself. */
  const lines = new Map<Address, Promise<void>>()
  /** Requestors that have not shown record and money yet, the longest first. */
  const preparing = new Map<Address, AbortController>()
  /** Those that have, and whose audit is fetched or computed. */
  const funded = new Set<Address>()
  const inTurn = createTurns()

  const keyOf = (root: Bytes32, work: Cid): string => `${root}/${work}`
  const isTooFast = ({ peerId }: Peer): boolean => {
    const rate = rates.get(peerId) ?? createRate(clock, RATE)
    rates.delete(peerId)
    rates.set(peerId, rate)
    if (rates.size > MAX_PEERS) rates.delete(rates.keys().next().value as string)
    return !rate.take()
  }
  const unpaidOf = (requestor: Address) =>
    [...tasks.values()].filter((task) => task.requestor === requestor && task.audited !== null && !task.isPaid)
  const unpaidWei = (requestor: Address): Wei =>
    unpaidOf(requestor).reduce((sum, { audited }) => sum + (audited?.feeWei ?? 0n), 0n)

  const hear = async (from: Peer, { batch }: AuditRequest & { type: 'batch' }): Promise<AuditReply> => {
    const { body } = batch
    if (body.requestor !== from.address || !isAuditBatchSigned(batch, recoverSigner))
      throw new GolemError({
        code: 'AUDIT_FORGED',
        message: 'A batch is signed by somebody else.',
        peerPolicy: 'penalise',
      })
    if (leave === null) return declined('This node does not audit at present.')
    if (!apps.has(body.manifest)) return declined('This node does not have that application.')
    if (encodeJson(body.settlement) !== encodeJson(settlement)) return declined('It pays by another contract.')
    if (!body.auditors.some(({ auditor }) => auditor === signer.address))
      return declined('This node is not among those who are drawn.')
    const refusal = judgement?.declineRequestor(body.requestor, { payWei: 0n, isHired: false }) ?? null
    if (refusal !== null) return declined(refusal.message)
    const head = await beacon.head()
    // What is heard of later may have been chosen to draw whom its requestor likes.
    if (body.beaconBlock <= head) return declined('Its beacon is known already.')
    if (body.beaconBlock > head + MAX_AHEAD) return declined('Its beacon is too far ahead.')
    const own = [...batches.values()].filter(({ requestor }) => requestor === body.requestor)
    if (own.length >= MAX_BATCHES_OF_ONE) batches.delete((own[0] as AuditBatchBody).root)
    if (batches.size >= MAX_BATCHES) forgetOne(batches)
    batches.set(body.root, body)
    return { type: 'heard', signature: signHeard(signer, body) }
  }

  const work = async (task: Task, request: AuditRequest & { type: 'audit' }, batch: AuditBatchBody): Promise<void> => {
    const { requestor } = batch
    const app = apps.get(batch.manifest)
    // Whoever asks for most was forgotten meanwhile.
    if (app === undefined || !isKept(task, request)) return
    const leftOut = beginPreparing(requestor)
    const onCovered = () => {
      preparing.delete(requestor)
      if (funded.size >= MAX_FUNDED) throw tooMany()
      funded.add(requestor)
    }
    try {
      const asked = { ...options, request, batch, app, unpaidWei: () => unpaidWei(requestor), onCovered, inTurn }
      const audited = await auditOne(components, asked, AbortSignal.any([stopping.signal, leftOut]))
      await storage.pin(audited.verdict, verdictOwner(`audit/${audited.verdict}`))
      await keepNewest(components, `audit/${audited.verdict}`)
      Object.assign(task, { state: 'done', audited, isPaid: audited.feeWei === 0n })
      const { found, verdict, provider, agreementId, index, feeWei } = audited
      journal.note({
        ...{ requestor, provider, manifest: batch.manifest, agreementId, index, verdict, feeWei },
        isAccepted: found.accepted,
        message: found.accepted ? found.how : `${found.how}: ${found.message}`,
        atMs: clock.now(),
      })
      logger.info({ peer: provider, verdict, accepted: found.accepted }, 'audited finished work')
    } catch (error) {
      Object.assign(task, { state: 'failed', reason: error instanceof GolemError ? error.message : 'It failed here.' })
      logger.warn({ peer: requestor, error: String(error) }, 'an audit came to nothing')
    } finally {
      preparing.delete(requestor)
      funded.delete(requestor)
    }
  }
  const isKept = (task: Task, { root, work }: AuditRequest & { type: 'audit' }): boolean =>
    tasks.get(keyOf(root, work)) === task
  const beginPreparing = (requestor: Address): AbortSignal => {
    const [longest] = preparing
    if (longest !== undefined && preparing.size >= MAX_PREPARING) {
      preparing.delete(longest[0])
      longest[1].abort(tooMany())
    }
    const control = new AbortController()
    preparing.set(requestor, control)
    return control.signal
  }
  const workingOf = (requestor: Address): number =>
    [...tasks.values()].filter((task) => task.requestor === requestor && task.state === 'working').length

  const audit = (from: Peer, request: AuditRequest & { type: 'audit' }): AuditReply => {
    const key = keyOf(request.root, request.work)
    const known = tasks.get(key)
    if (known !== undefined && known.requestor === from.address) {
      if (known.state === 'failed') return declined(known.reason)
      return known.audited === null ? { type: 'working' } : { type: 'verdict', verdict: known.audited.verdict }
    }
    const batch = batches.get(request.root)
    if (batch === undefined || batch.requestor !== from.address)
      return declined('This node did not hear of that batch before its beacon.')
    if (workingOf(from.address) >= MAX_WAITING_OF_ONE) return declined('Too many audits of yours wait here.')
    if (unpaidOf(from.address).length >= MAX_UNPAID) return declined('What was audited before is not paid.')
    if (tasks.size >= MAX_DONE) forgetOne(tasks)
    const task: Task = { requestor: from.address, root: request.root, state: 'working', reason: '', audited: null }
    tasks.set(key, task)
    const line = (lines.get(from.address) ?? Promise.resolve())
      .then(() => (stopping.signal.aborted ? undefined : work(task, request, batch)))
      .finally(() => {
        if (lines.get(from.address) === line) lines.delete(from.address)
      })
    lines.set(from.address, line)
    return { type: 'working' }
  }

  const take = (from: Peer, { voucher, works, root }: AuditRequest & { type: 'pay' }): AuditReply => {
    const { ledger, keys, look } = watch
    const key = auditChannel(from.address, signer.address)
    const channel = channelId(key)
    if (channelId(voucher.channel) !== channel || !isVoucherSigned(domainOf(settlement), voucher, recoverSigner))
      throw new GolemError({
        code: 'VOUCHER_INVALID',
        message: 'A voucher is not for this node.',
        peerPolicy: 'penalise',
      })
    const paid = works.flatMap((each) => {
      const task = tasks.get(keyOf(root, each))
      return task?.requestor === from.address && task.audited !== null && !task.isPaid ? [task] : []
    })
    const dueWei = paid.reduce((sum, { audited }) => sum + audited.feeWei, 0n)
    const owedWei = ledger.owedWei(channel)
    const refusal = refuseVoucher({
      amountWei: voucher.amountWei,
      storedWei: ledger.storedWei(channel),
      owedWei,
      acceptedWei: dueWei,
      provenWei: ledger.coveredWei(channel),
    })
    if (refusal !== null) return declined(refusal.message)
    if (voucher.amountWei > owedWei) {
      const { change, apply } = ledger.accept(voucher, voucher.amountWei - owedWei)
      const nowMs = clock.now()
      const count = { delivered: works.length, accepted: works.length, rejected: 0 }
      const before = store.get(keys.earned(root))
      const earnedWei =
        voucher.amountWei - owedWei + (before === null ? 0n : earnedRecord.parse(JSON.parse(before)).earnedWei)
      const earned = { requestor: from.address, app: 'audits', earnedWei, ...count }
      store.commit([change, put(keys.earned(root), { ...earned, openedAtMs: nowMs, endedAtMs: nowMs })])
      apply()
      look()
    }
    for (const task of paid) task.isPaid = true
    return { type: 'paid' }
  }

  const answer = async (from: Peer, request: AuditRequest): Promise<AuditReply> => {
    switch (request.type) {
      case 'batch':
        return hear(from, request)
      case 'audit':
        return audit(from, request)
      case 'pay':
        return take(from, request)
    }
  }
  const handle = async (channel: Channel): Promise<void> => {
    if (isTooFast(channel.peer)) return channel.abort()
    for await (const raw of channel.messages) {
      try {
        const reply = await answer(channel.peer, readMessage(auditRequest, raw))
        await channel.send(new TextEncoder().encode(encodeJson(reply)))
      } catch (error) {
        if (error instanceof GolemError && error.peerPolicy === 'penalise') network.blame(channel.peer.address, 'lie')
        throw error
      }
      return
    }
  }

  const begin = (): void => {
    leave ??= directory.join(options.apps.map(({ manifestCid }) => auditorsOf(manifestCid)))
  }
  const end = (): void => {
    leave?.()
    leave = null
  }
  // What was taken is told of and paid also when no more is taken.
  const unhandle = network.handle(AUDIT_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES }, handle)

  return {
    isOn: () => leave !== null,
    set: (isOn) => {
      store.commit([isOn ? { put: IS_ON, value: '' } : { remove: IS_ON }])
      if (isOn) begin()
      else end()
    },
    start: () => {
      if (store.get(IS_ON) !== null) begin()
    },
    notes: journal.entries,
    underWay: () => [...tasks.values()].filter(({ state }) => state === 'working').length,
    stop: async () => {
      end()
      unhandle()
      stopping.abort(new GolemError({ code: 'NODE_STOPS', message: 'The node stops.' }))
      await Promise.all(lines.values())
    },
  }
}

const tooMany = (): GolemError => new GolemError({ code: 'AUDIT_DECLINED', message: 'Too many audits wait here.' })
const declined = (reason: string): AuditReply => ({ type: 'declined', reason: reason.slice(0, 300) })
