import type { Clock, Storage, Store } from '@golem/ports'
import {
  type Address,
  type BatchedDelivery,
  type Bytes32,
  type Cid,
  commitmentOf,
  encodeJson,
  isVerdictSigned,
  MAX_WORK_BYTES,
  type RecoverSigner,
  type RejectionEvidence,
  type SignedVerdict,
  signedVerdict,
  type Wei,
} from '@golem/protocol'
import type { Logger } from '../logger.ts'
import type { Agreement, Subtask } from './agreements.ts'
import { type Drawing, isRevealLate, seedFor } from './drawing.ts'
import type { Losses } from './losses.ts'
import { unpaidAt } from './options.ts'
import { type RecordKeys, type RejectionRecord, rejectionRecord } from './records.ts'

/** Rejections that are remembered; the oldest is forgotten first. */
export const MAX_REJECTIONS = 1_000
/** A verdict and its evidence. */
const MAX_VERDICT_BYTES = 1024 ** 2
const FETCH_TIMEOUT_MS = 30_000

/**
 * What became of rejected work: a rejection convinces when it shows a signed verdict that rests on what was drawn for this
 * delivery, and can be checked again. One that does not is remembered as unfounded, and counts as unpaid at once. One that
 * does may be false all the same, and whoever computed it knows no better than its own machine: it counts as what is left
 * unpaid does, where it is no bad luck any more.
 */
export type Rejections = {
  take(
    agreement: Agreement,
    subtask: Subtask,
    said: { reason: { code: string; message: string }; evidence?: RejectionEvidence | undefined },
  ): void
  /** Prices of what this requestor rejected, where it is not known yet whether that convinces. */
  pendingWei(requestor: Address): Wei
  /** Newest first. */
  list(): Rejection[]
  /** Resolves when no evidence is being fetched; of one agreement, or any. */
  settled(id?: Bytes32): Promise<void>
}
export type Rejection = RejectionRecord & { agreementId: Bytes32; index: number }

type Components = {
  store: Store
  storage: Storage
  clock: Clock
  logger: Logger
  losses: Losses
  keys: RecordKeys
  recoverSigner?: RecoverSigner | undefined
}

export function createRejections(
  components: Components,
  onChange: (requestor: Address) => void = () => {},
): Rejections {
  const { store, storage, clock, logger, losses, keys, recoverSigner } = components
  /** Evidence that is looked at, and of what. */
  const fetching = new Map<Promise<void>, { id: Bytes32; requestor: Address; priceWei: Wei }>()

  const keep = ({ id, terms }: Agreement, index: number, found: RejectionRecord): void => {
    const { requestor, priceWei, doubt } = found
    const { change, countedWei } = losses.add(requestor, [priceWei], unpaidAt(terms).newWei)
    const record = { ...found, unpaidWei: doubt === null ? countedWei : priceWei }
    const key = keys.rejection(id, index)
    const older = store.list(keys.rejections).filter((entry) => entry.key !== key)
    const surplus = older
      .sort((a, b) => atOf(a.value) - atOf(b.value))
      .slice(0, Math.max(0, older.length + 1 - MAX_REJECTIONS))
    store.commit([{ put: key, value: encodeJson(record) }, change, ...surplus.map((entry) => ({ remove: entry.key }))])
    for (const entry of surplus) void storage.unpin(ownerOf(entry.key)).catch(() => {})
    onChange(requestor)
  }

  /** @throws {GolemError} where it cannot be had */
  const fetchVerdict = async (agreement: Agreement, cid: Cid, owner: string): Promise<SignedVerdict> => {
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS)
    const fetch = async (each: Cid, maxBytes: number) => {
      await storage.pin(each, owner)
      await storage.fetch(each, { from: [agreement.record.contact], maxBytes, signal })
    }
    await fetch(cid, MAX_VERDICT_BYTES)
    const bytes = await storage.readFile(cid, { maxBytes: MAX_VERDICT_BYTES })
    const shown = signedVerdict.parse(JSON.parse(new TextDecoder().decode(bytes)))
    // Kept for whoever is to check it again.
    if (shown.body.work !== undefined) await fetch(shown.body.work, MAX_WORK_BYTES)
    return shown
  }

  const look = async (
    agreement: Agreement,
    delivered: BatchedDelivery,
    record: RejectionRecord,
    evidence: RejectionEvidence,
  ): Promise<void> => {
    const owner = ownerOf(keys.rejection(agreement.id, delivered.index))
    let doubt: string | null
    try {
      const shown = await fetchVerdict(agreement, evidence.verdict, owner)
      doubt = whyUnconvincing(agreement, delivered, evidence, shown, recoverSigner)
    } catch (error) {
      doubt = `The evidence could not be read: ${error instanceof Error ? error.message : error}`
    }
    if (doubt !== null) {
      await storage.unpin(owner).catch(() => {})
      logger.warn({ agreement: agreement.id, subtask: delivered.index, doubt }, 'a rejection does not convince')
    }
    keep(agreement, delivered.index, { ...record, doubt })
  }

  return {
    take: (agreement, subtask, { reason, evidence }) => {
      const { delivered, index, priceWei } = subtask
      if (delivered === null) return
      const record: RejectionRecord = {
        requestor: agreement.terms.requestor,
        app: agreement.app.title,
        priceWei,
        ...reason,
        seed: evidence?.seed ?? null,
        verdict: evidence?.verdict ?? null,
        crop: evidence?.crop ?? null,
        doubt: whyUnfounded(agreement, delivered, evidence, clock.now()),
        unpaidWei: 0n,
        contact: agreement.record.contact,
        atMs: clock.now(),
      }
      if (record.doubt !== null || evidence === undefined) return keep(agreement, index, record)
      const work = look(agreement, delivered, record, evidence).catch((error: unknown) => {
        logger.warn({ agreement: agreement.id, subtask: index, error: String(error) }, 'a rejection was not kept')
      })
      fetching.set(work, { id: agreement.id, requestor: record.requestor, priceWei })
      void work.finally(() => fetching.delete(work))
    },
    pendingWei: (requestor) =>
      [...fetching.values()].reduce((sum, of) => (of.requestor === requestor ? sum + of.priceWei : sum), 0n),
    list: () => listRejections(store, keys),
    settled: async (id) => {
      const left = () => [...fetching].flatMap(([work, of]) => (id === undefined || of.id === id ? [work] : []))
      while (left().length > 0) await Promise.all(left())
    },
  }
}

/** What a node that lends has kept of them, whether it lends now or not; newest first. */
export function listRejections(store: Store, keys: RecordKeys): Rejection[] {
  const rejections = store.list(keys.rejections).map(({ key, value }): Rejection => {
    const [agreementId, index] = key.slice(keys.rejections.length).split('/')
    return { ...rejectionRecord.parse(JSON.parse(value)), agreementId: agreementId as Bytes32, index: Number(index) }
  })
  return rejections.sort((a, b) => b.atMs - a.atMs)
}

/** At once, before anything is fetched. */
function whyUnfounded(
  { drawing, id }: { drawing: Drawing | null; id: Bytes32 },
  delivered: BatchedDelivery,
  evidence: RejectionEvidence | undefined,
  nowMs: number,
): string | null {
  if (evidence === undefined) return 'It named no evidence.'
  if (delivered.draw === undefined || drawing === null) return null
  if (isRevealLate(drawing, nowMs)) return 'What it was checked by was not revealed in time.'
  const seed = seedFor(drawing, id, delivered)
  if (seed === null) return 'What it was checked by was not revealed.'
  return seed === evidence.seed ? null : 'It was checked by another seed than was drawn.'
}

function whyUnconvincing(
  { terms, id }: Agreement,
  delivered: BatchedDelivery,
  evidence: RejectionEvidence,
  shown: SignedVerdict,
  recover: RecoverSigner | undefined,
): string | null {
  const { body } = shown
  const isOfThis =
    body.agreementId === id &&
    body.index === delivered.index &&
    body.commitment === commitmentOf(delivered) &&
    body.seed === evidence.seed &&
    body.manifest === terms.manifest &&
    body.provider === terms.provider
  if (!isOfThis || body.verdict.accepted) return 'The verdict is about something else.'
  if (body.judge !== terms.requestor || !isVerdictSigned(shown, recover)) return 'The verdict is not signed.'
  return null
}

const atOf = (value: string): number => rejectionRecord.parse(JSON.parse(value)).atMs
const ownerOf = (key: string): string => `rejection/${key.split('/').slice(-2).join('/')}`
