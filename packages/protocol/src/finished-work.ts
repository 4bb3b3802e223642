import { z } from 'zod'
import { agreementId, domainOf, terms } from './agreement.ts'
import { checkStrategy, subtask } from './application.ts'
import { calibration, isCalibrationSignedBy } from './calibration.ts'
import { wrappedKey } from './content-key.ts'
import { isDeliverySignedBy } from './delivery.ts'
import { askedOf, batchedDelivery, isDeliveryProven } from './delivery-batch.ts'
import { bytes32, cid, signature } from './primitives.ts'
import { type RecoverSigner, recoverSigner } from './signer.ts'

/** Siblings of a proof: a batch of `MAX_BATCH` deliveries has eight levels. */
const MAX_PROOF = 8

/** How deliveries of this work are checked, with what the check needs besides the work. */
const workCheck = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exact') }),
  /**
   * By the application's `verify`, as it was asked for: the application's own way where no strategy is named. Paths of the
   * person's disk are replaced by the names of the inputs.
   */
  z.strictObject({
    kind: z.literal('own'),
    strategy: checkStrategy.optional(),
    parameters: z.json(),
    inspection: z.json(),
    /** Compared to the last bit, in the class that the provider showed. Without it, as what is alike across classes. */
    class: calibration.optional(),
  }),
])

/**
 * Work that was delivered, as somebody who is no party to it needs it to check it again: who agreed on what, what was asked,
 * and what was delivered, each with its signature. Kept by CID, as canonical JSON.
 */
export const finishedWork = z.strictObject({
  format: z.literal('golem-work/1'),
  terms,
  /** Of the agreement. */
  signatures: z.strictObject({ requestor: signature, provider: signature }),
  subtask,
  inputs: cid,
  delivered: batchedDelivery.omit({ usage: true }),
  /** The provider's, of the delivery or of its batch; `proof`: its place in that. null: it was delivered alone. */
  signature,
  proof: z
    .array(z.strictObject({ hash: bytes32, left: z.boolean() }))
    .max(MAX_PROOF)
    .nullable(),
  check: workCheck,
  /** Where content is sealed: the key, wrapped for its provider. */
  contentKey: wrappedKey.optional(),
})
export type FinishedWork = z.infer<typeof finishedWork>

/** Of one record. */
export const MAX_WORK_BYTES = 1024 ** 2

/** Why a record of finished work shows nothing; null where both agreed and the provider delivered just this. */
export function whyUnproven(work: FinishedWork, recover: RecoverSigner = recoverSigner): string | null {
  const { terms: agreed, signatures, delivered, signature: signed, proof, check } = work
  const id = agreementId(agreed)
  if (recover(id, signatures.requestor) !== agreed.requestor) return 'The requestor did not sign the agreement.'
  if (recover(id, signatures.provider) !== agreed.provider) return 'The provider did not sign the agreement.'
  const domain = domainOf(agreed.settlement)
  const shown = check.kind === 'own' ? check.class : undefined
  if (shown && !isCalibrationSignedBy(agreed.provider, domain, id, shown, recover))
    return 'The provider did not show the class that it was compared in.'
  const { index, outputs } = delivered
  const isProven =
    proof === null
      ? outputs !== null &&
        isDeliverySignedBy(agreed.provider, domain, { agreementId: id, index, outputs, signature: signed }, recover)
      : isDeliveryProven(agreed.provider, domain, { ...delivered, agreementId: id, signature: signed, proof }, recover)
  return isProven ? null : 'The provider did not sign the delivery.'
}

/**
 * Whether the provider signed what it was asked, and the check follows from nothing else: only then does a delivery that
 * does not stand show something about who made it, and not about who tells of it.
 */
export const isQuestionSigned = ({ subtask, inputs, delivered, check }: FinishedWork): boolean =>
  check.kind === 'exact' && delivered.asked === askedOf({ inputs, request: subtask.request })
