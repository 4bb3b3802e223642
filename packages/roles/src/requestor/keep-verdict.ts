import {
  asCid,
  type Cid,
  canonicalJson,
  cid,
  commitmentOf,
  type Json,
  type RejectionEvidence,
  signVerdict,
  type Verdict,
} from '@golem/protocol'
import type { Lot } from './drawing.ts'
import type { JobDesk, RequestorComponents } from './job-desk.ts'
import { type Attempt, agreementOf, attemptKey, subtaskOf } from './job-state.ts'
import type { Look } from './look.ts'
import { workRecordOf } from './work-record.ts'

/** Verdicts whose evidence is kept here; the oldest goes first. */
export const MAX_VERDICTS = 1_000

/** Signs a verdict against a delivery and keeps it, with its evidence, where the provider can fetch it. */
export async function keepVerdict(
  desk: JobDesk,
  attempt: Attempt,
  verdict: Verdict & { accepted: false },
  { seed, drawn, look }: Lot & { look: Look | null },
): Promise<RejectionEvidence> {
  const { services, state } = desk
  const { terms } = agreementOf(state, attempt.agreement)
  const { delivery, index, agreement: agreementId } = attempt
  if (delivery === null || state.inspection === null) throw new RangeError('what is rejected was delivered')
  const outputs = delivery.outputs === null ? null : asCid(delivery.outputs)
  const work = await services.storage.addBytes(bytesOf(await workRecordOf(desk, attempt, look)))
  const signed = signVerdict(services.signer, {
    format: 'golem-verdict/1',
    judge: services.signer.address,
    provider: terms.provider,
    manifest: terms.manifest,
    agreementId,
    index,
    inputs: asCid(state.inspection.inputs),
    request: subtaskOf(state, attempt.subtask).subtask.request,
    commitment: commitmentOf({ ...delivery, index, outputs }),
    outputs,
    seed,
    drawn,
    work: work.cid,
    verdict,
  })
  const kept = await services.storage.addBytes(bytesOf(signed))
  const crop = cropOf(verdict.evidence)
  const key = attemptKey(agreementId, index)
  // Not with inputs and outputs, however large: those stay as long as the storage has place for them.
  for (const each of [kept.cid, work.cid]) await services.storage.pin(each, verdictOwner(key))
  if (crop !== null) await services.storage.pin(crop, verdictOwner(key))
  await keepNewest(services, key)
  return { seed, verdict: kept.cid, crop }
}

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalJson(value))

const KEPT = 'verdict-kept/'
/** Who holds what is kept. */
export const verdictOwner = (key: string): string => `verdict/${key}`

/** Keys begin with the time, so that they sort by it. */
export async function keepNewest(
  { store, storage, clock }: Pick<RequestorComponents, 'store' | 'storage' | 'clock'>,
  key: string,
): Promise<void> {
  const at = clock.now().toString().padStart(15, '0')
  store.commit([{ put: `${KEPT}${at}/${key}`, value: '' }])
  const oldest = store.list(KEPT).slice(0, -MAX_VERDICTS)
  for (const each of oldest) await storage.unpin(verdictOwner(each.key.slice(KEPT.length + at.length + 1)))
  if (oldest.length > 0) store.commit(oldest.map((each) => ({ remove: each.key })))
}

/** Outputs of this node's own, where the check made some. */
function cropOf(evidence: Json): Cid | null {
  if (evidence === null || typeof evidence !== 'object' || Array.isArray(evidence)) return null
  const parsed = cid.safeParse(evidence.outputs)
  return parsed.success ? parsed.data : null
}
