import { replicaCommitment } from '@golem/market'
import {
  type BatchedDelivery,
  commitmentOf,
  domainOf,
  encodeJson,
  MAX_BATCH,
  MESSAGE_LIMIT_BYTES,
  type Signer,
  signDelivery,
  signDeliveryBatch,
} from '@golem/protocol'
import { byteLength, fitted } from '../fitted.ts'
import type { Agreement, Agreements, Subtask } from './agreements.ts'

/** What a message of deliveries says beside them. */
const ENVELOPE_BYTES = 1_000

/**
 * Says what was delivered, signed: in as few messages and signatures as they fit into, or one for each where the other
 * side knows no batches. What names a draw is said in batches, which are signed with it. The same deliveries may be said again, in other batches.
 */
function sayDeliveries(signer: Signer, agreement: Agreement, deliveries: readonly BatchedDelivery[]): void {
  const { outbox, id, terms, speaksBatches, speaksDraws, speaksCredit } = agreement
  if (outbox === null) return
  const domain = domainOf(terms.settlement)
  const limits = { count: speaksBatches ? MAX_BATCH : 1, bytes: MESSAGE_LIMIT_BYTES - ENVELOPE_BYTES }
  const drawn = speaksDraws ? deliveries : deliveries.map(({ draw: _, ...rest }) => rest)
  const said: readonly BatchedDelivery[] = speaksCredit ? drawn : drawn.map(({ asked: _, ...rest }) => rest)
  for (const batch of fitted(said, (each) => byteLength(encodeJson(each)) + 1, limits)) {
    const [first, ...others] = batch
    const isPlain = first?.draw === undefined
    if (first && others.length === 0 && first.outputs !== null && isPlain) {
      const { index, outputs, result, usage } = first
      const delivery = signDelivery(signer, domain, { agreementId: id, index, outputs })
      outbox.post({ type: 'delivered', delivery, result, usage })
    }
    // What left no files was said so while the other side knew batches, and it is told when it knows them again.
    else if (speaksBatches) outbox.post({ type: 'delivered-many', batch: signDeliveryBatch(signer, domain, id, batch) })
    else continue
  }
}

/**
 * Tells of what was delivered: of a replica what it is bound to, since none is shown before all who compute the same have said
 * that; of what others may have computed as well that it is ready; all else is said as it is.
 */
export function tellDelivered(services: Saying, agreement: Agreement, subtasks: readonly Subtask[]): void {
  const { outbox, terms, speaksShares } = agreement
  const ready: number[] = []
  const said: Subtask[] = []
  for (const subtask of subtasks) {
    const { index, delivered, salt, isSaid } = subtask
    if (delivered === null) continue
    if (salt !== null) {
      const commitment = replicaCommitment(commitmentOf(delivered), terms.provider, salt)
      outbox?.post({ type: 'committed', index, commitment })
    } else if (speaksShares && !isSaid) ready.push(index)
    else said.push(subtask)
  }
  for (let at = 0; at < ready.length; at += MAX_BATCH)
    outbox?.post({ type: 'ready', indices: ready.slice(at, at + MAX_BATCH) })
  say(services, agreement, said)
}

/** Whoever hears of one has heard of all before: in the order of their draws. */
function say({ signer, agreements }: Saying, agreement: Agreement, subtasks: readonly Subtask[]): void {
  if (agreement.outbox === null) return
  const deliveries = agreements.show(agreement, subtasks)
  sayDeliveries(
    signer,
    agreement,
    deliveries.sort((a, b) => (a.draw ?? 0) - (b.draw ?? 0)),
  )
}

/** What was ready. */
export function take(services: Saying, agreement: Agreement, indices: readonly number[]): void {
  const subtasks = [...new Set(indices)].flatMap((index) => agreement.subtasks.get(index) ?? [])
  say(
    services,
    agreement,
    // What was said is said again in the next stream, and not whenever somebody asks.
    subtasks.filter(({ salt, isSaid }) => salt === null && !isSaid),
  )
}

/** What a replica was committed to with, and then the replica. */
export function showReplica(services: Saying, agreement: Agreement, index: number): void {
  const subtask = agreement.subtasks.get(index)
  if (subtask === undefined || subtask.salt === null) return
  agreement.outbox?.post({ type: 'shown', index, salt: subtask.salt })
  say(services, agreement, [subtask])
}

type Saying = { signer: Signer; agreements: Pick<Agreements, 'show'> }
