import {
  type AuditedWork,
  agreementId,
  asCid,
  type Bytes32,
  domainOf,
  type FinishedWork,
  newPrivateKey,
  proofOfDelivery,
  signCalibration,
  signDelivery,
  signDeliveryBatch,
  signerFromKey,
  signTerms,
  type Wei,
  workId,
  wrapContentKey,
} from '@golem/protocol'
import { hexOf } from '../hex-of.ts'
import { sealingOf } from '../requestor/content-key.ts'
import type { JobDesk } from '../requestor/job-desk.ts'
import { type Attempt, agreementOf, subtaskOf } from '../requestor/job-state.ts'
import type { Look } from '../requestor/look.ts'
import { isRepeated, workRecordOf } from '../requestor/work-record.ts'
import { feeOf } from './audit-one.ts'

/** A delivery in a batch, with what its requestor knows of it and says to nobody. */
export type BatchWork = AuditedWork & {
  id: Bytes32
  subtaskId: string
  isRejected: boolean
  /** Computed again here already, whole: its answer is known. */
  isKnown: boolean
  /** Wrong by intention, and no provider's. */
  isPlanted: boolean
  priceWei: Wei
  feeWei: Wei
  record: () => Promise<FinishedWork>
}

/** `look`: how the application looked at it. */
export type Finished = { attempt: Attempt; look: Look | null }

/** Plants of a batch: which are used is decided when it is known who is drawn. */
const MAX_PLANTS = 8

/** What a batch holds, in an order that tells nothing: finished work, and wrong answers among it. */
export function batchWorks(desk: JobDesk, attempts: readonly Finished[], plants: number): BatchWork[] {
  const works = attempts.flatMap((finished) => workOf(desk, finished) ?? [])
  const planted = plantsOf(desk, attempts, Math.min(plants, MAX_PLANTS))
  return [...works, ...planted].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function workOf(desk: JobDesk, { attempt, look }: Finished): BatchWork | null {
  const delivered = deliveredOf(attempt)
  const { state } = desk
  if (delivered === null || state.inspection === null) return null
  const { terms } = agreementOf(state, attempt.agreement)
  return madeOf(desk, attempt, {
    work: {
      terms,
      subtask: subtaskOf(state, attempt.subtask).subtask,
      inputs: asCid(state.inspection.inputs),
      delivered,
    },
    isRejected: attempt.state === 'rejected',
    isKnown: isRepeated(desk) && attempt.state === 'accepted' && !attempt.isUnseen,
    isPlanted: false,
    record: () => workRecordOf(desk, attempt, look),
  })
}

type Made = Pick<BatchWork, 'isRejected' | 'isKnown' | 'isPlanted' | 'record'> & { work: AuditedWork }
function madeOf(desk: JobDesk, { subtask, priceWei }: Attempt, { work, ...rest }: Made): BatchWork {
  const check = { kind: isRepeated(desk) ? 'exact' : 'own' } as FinishedWork['check']
  return { ...work, ...rest, id: workId(work), subtaskId: subtask, priceWei, feeWei: feeOf({ ...work, check }) }
}

function deliveredOf({ delivery, index }: Attempt): AuditedWork['delivered'] | null {
  if (delivery === null) return null
  const { outputs, result, draw, asked } = delivery
  return {
    ...{ index, outputs: outputs === null ? null : asCid(outputs), result },
    ...(draw === undefined ? {} : { draw }),
    ...(asked === undefined ? {} : { asked }),
  }
}

/** Each answers one subtask with what belongs to another, and is signed by a key that nobody has seen. */
function plantsOf(desk: JobDesk, attempts: readonly Finished[], count: number): BatchWork[] {
  const good = attempts.filter(({ attempt: { state, delivery } }) => state === 'accepted' && delivery !== null)
  return good.slice(0, count).flatMap((asked, at) => {
    const other = good[(at + 1) % good.length]
    return other === undefined || isSame(asked.attempt, other.attempt) ? [] : [plantOf(desk, asked, other.attempt)]
  })
}

const isSame = (a: Attempt, b: Attempt): boolean =>
  a.delivery?.outputs === b.delivery?.outputs &&
  JSON.stringify(a.delivery?.result) === JSON.stringify(b.delivery?.result)

function plantOf(desk: JobDesk, finished: Finished, other: Attempt): BatchWork {
  const { attempt: asked, look } = finished
  const { services, state } = desk
  const nobody = signerFromKey(newPrivateKey())
  const honest = workOf(desk, finished) as BatchWork
  const offerId = `0x${hexOf(services.randomBytes(32))}` as Bytes32
  const terms = { ...honest.terms, offerId, provider: nobody.address, payee: nobody.address }
  const id = agreementId(terms)
  const domain = domainOf(terms.settlement)
  const { outputs, result } = deliveredOf(other) as AuditedWork['delivered']
  const delivered = { ...honest.delivered, outputs, result }
  const sign = (): Pick<FinishedWork, 'signature' | 'proof'> => {
    const batch = asked.delivery?.signed.batch ?? null
    if (batch === null && outputs !== null)
      return {
        signature: signDelivery(nobody, domain, { agreementId: id, index: asked.index, outputs }).signature,
        proof: null,
      }
    const usage = asked.delivery?.usage as NonNullable<Attempt['delivery']>['usage']
    const deliveries = (batch ?? [{ ...delivered, usage }]).map((each) =>
      each.index === asked.index ? { ...each, outputs, result } : each,
    )
    const signed = signDeliveryBatch(nobody, domain, id, deliveries)
    const position = deliveries.findIndex(({ index }) => index === asked.index)
    return { signature: signed.signature, proof: proofOfDelivery(signed, position) }
  }
  const record = async (): Promise<FinishedWork> => {
    // It shows the class that the honest one showed, by a signature of its own.
    const shown = look?.shown && signCalibration(nobody, domain, id, look.shown)
    const { contentKey: _, ...of } = await workRecordOf(desk, asked, look && { ...look, shown: shown ?? null })
    const { contentKey } = sealingOf(state.request)
    return {
      ...of,
      ...{ terms, delivered },
      signatures: { requestor: signTerms(services.signer, terms), provider: signTerms(nobody, terms) },
      ...sign(),
      ...(contentKey === undefined
        ? {}
        : { contentKey: wrapContentKey(contentKey, { to: nobody.publicKey, context: id }) }),
    }
  }
  const work = { terms, subtask: honest.subtask, inputs: honest.inputs, delivered }
  return madeOf(desk, asked, { work, isRejected: false, isKnown: false, isPlanted: true, record })
}
