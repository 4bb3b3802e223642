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
import type { Agreement } from './agreements.ts'

/** What a message of deliveries says beside them. */
const ENVELOPE_BYTES = 1_000

/**
 * Says what was delivered, signed: in as few messages and signatures as they fit into, or one for each where the other
 * side knows no batches. What names a draw is said in batches, which are signed with it. The same deliveries may be said again, in other batches.
 */
export function sayDeliveries(signer: Signer, agreement: Agreement, deliveries: readonly BatchedDelivery[]): void {
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
    for (const { index } of batch) noteSaid(agreement, index)
  }
}

function noteSaid({ subtasks }: Agreement, index: number): void {
  const subtask = subtasks.get(index)
  if (subtask !== undefined) subtask.isSaid = !subtask.stoodStill
}

/** Replicas are not shown before all who compute the same have said what they are bound to. */
export function commitTo({ outbox, terms, subtasks }: Agreement, deliveries: readonly BatchedDelivery[]): void {
  for (const delivered of deliveries) {
    const salt = subtasks.get(delivered.index)?.salt
    if (salt == null) continue
    const commitment = replicaCommitment(commitmentOf(delivered), terms.provider, salt)
    outbox?.post({ type: 'committed', index: delivered.index, commitment })
  }
}

/** What a replica was committed to with, and then the replica. */
export function showReplica(signer: Signer, agreement: Agreement, index: number): void {
  const { delivered = null, salt = null } = agreement.subtasks.get(index) ?? {}
  if (delivered === null || salt === null) return
  agreement.outbox?.post({ type: 'shown', index, salt })
  sayDeliveries(signer, agreement, [delivered])
}
