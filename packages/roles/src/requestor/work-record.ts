import {
  asCid,
  type BatchedDelivery,
  type FinishedWork,
  type InputFile,
  type Json,
  proofOfDelivery,
  signTerms,
} from '@golem/protocol'
import { wrappedFor } from './content-key.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, agreementOf, checkOf, ownCheckOf, subtaskOf } from './job-state.ts'
import type { Look } from './look.ts'

/**
 * A delivery with all that its check needs, for whoever checks it again.
 *
 * @param look how the application looked at it, or would; null where the daemon does
 * @throws {RangeError} for what was not delivered
 */
export async function workRecordOf(desk: JobDesk, attempt: Attempt, look: Look | null): Promise<FinishedWork> {
  const { services, state } = desk
  const { terms, providerSignature } = agreementOf(state, attempt.agreement)
  const { delivery, index, agreement } = attempt
  if (delivery === null || state.inspection === null) throw new RangeError('what is recorded was delivered')
  const { result, draw, asked, signed } = delivery
  const outputs = delivery.outputs === null ? null : asCid(delivery.outputs)
  const delivered = {
    ...{ index, outputs, result },
    ...(draw === undefined ? {} : { draw }),
    ...(asked === undefined ? {} : { asked }),
  }
  return {
    format: 'golem-work/1',
    terms,
    signatures: { requestor: signTerms(services.signer, terms), provider: providerSignature },
    subtask: subtaskOf(state, attempt.subtask).subtask,
    inputs: asCid(state.inspection.inputs),
    delivered,
    signature: signed.signature,
    proof: signed.batch === null ? null : proofIn(signed.batch, { ...attempt, signature: signed.signature }),
    check: await workCheckOf(desk, look),
    ...wrappedFor(desk, agreement),
  }
}

const proofIn = (
  batch: readonly BatchedDelivery[],
  { agreement: agreementId, index, signature }: Pick<Attempt, 'agreement' | 'index'> & Pick<FinishedWork, 'signature'>,
) =>
  proofOfDelivery(
    { agreementId, signature, deliveries: [...batch] },
    batch.findIndex((each) => each.index === index),
  )

/** Whoever checks a job's deliveries again computes all of them, and compares to the last bit. */
export function isRepeated({ services, state }: JobDesk): boolean {
  const { by } = ownCheckOf(state)
  // Replicas of what is checked by nothing else agree to the last bit.
  const isComparedWhole = checkOf(state).by === 'replicas' && services.app.digest === undefined
  return by === 'daemon' || (by === 'nobody' && isComparedWhole)
}

async function workCheckOf(desk: JobDesk, look: Look | null): Promise<FinishedWork['check']> {
  if (isRepeated(desk)) return { kind: 'exact' }
  const { services, state } = desk
  const { strategy } = checkOf(state)
  const { inputs } = await services.app.parse(state.request.parameters)
  const hidden = new Map(inputs.map(({ path, as }: InputFile) => [path, `/in/${as}`]))
  return {
    kind: 'own',
    strategy: look?.strategy ?? strategy,
    ...(look?.shown ? { class: look.shown } : {}),
    parameters: withoutPaths(state.request.parameters, hidden),
    inspection: withoutPaths(state.inspection?.inspection ?? null, hidden),
  }
}

/** Where a person keeps her files is nobody's business. */
export function withoutPaths(value: Json, hidden: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return hidden.get(value) ?? value
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((each) => withoutPaths(each, hidden))
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutPaths(each, hidden)]))
}
