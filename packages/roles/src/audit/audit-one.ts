import { auditFee, auditSeed, drawAuditors } from '@golem/market'
import type { App, Beacon, Clock } from '@golem/ports'
import {
  type Address,
  type AuditBatchBody,
  type AuditRequest,
  agreementId,
  type Bytes32,
  type Cid,
  canonicalJson,
  channelId,
  commitmentOf,
  type FinishedWork,
  finishedWork,
  GolemError,
  isInAuditBatch,
  type KeyOpener,
  MAX_WORK_BYTES,
  type RecoverSigner,
  type Signer,
  signVerdict,
  type Verdict,
  type Wei,
  whyUnproven,
  workId,
} from '@golem/protocol'
import type { Watch } from '../provider/watch.ts'
import { auditChannel } from './audit-channel.ts'
import { awaitBeacon } from './await-beacon.ts'
import { type CheckComponents, checkWork, type InTurn } from './check-work.ts'

/** The beacon is final here a little later than at the requestor, and so is what pays. */
const CHAIN_LAG_MS = 2 * 60_000
const PROOF_AGAIN_MS = 3_000
const AUDIT_MS = 60 * 60_000
/** A record has a mebibyte at most. */
const RECORD_MS = 60_000

export type AuditOneComponents = CheckComponents & {
  signer: Signer
  opener: KeyOpener
  clock: Clock
  beacon: Beacon
  watch: Pick<Watch, 'ledger'>
  recoverSigner?: RecoverSigner | undefined
}
export type Asked = {
  request: AuditRequest & { type: 'audit' }
  batch: AuditBatchBody
  app: App
  maxInputBytes: number
  speed: number
  /** Fees of this channel that were earned and are not paid. */
  unpaidWei: () => Wei
  /** It was drawn, and its fee is locked. What this throws declines it. */
  onCovered: () => void
  /** What is computed waits for its turn; nothing else does. */
  inTurn: InTurn
}
export type Audited = {
  verdict: Cid
  found: Verdict
  provider: Address
  agreementId: Bytes32
  index: number
  feeWei: Wei
}

/**
 * One audit, from what was asked to a signed verdict in the storage. Whatever is not as it has to be declines: nothing is
 * computed for whom this node was not drawn by, or who shows no money.
 *
 * @throws {GolemError} `AUDIT_DECLINED`, `BEACON_MISSING`, and as `checkWork`
 */
export async function auditOne(components: AuditOneComponents, asked: Asked, signal: AbortSignal): Promise<Audited> {
  const { signer, storage } = components
  const { request, batch, app, maxInputBytes, speed, inTurn } = asked
  const within = AbortSignal.any([signal, AbortSignal.timeout(AUDIT_MS)])
  const beacon = await awaitBeacon(components, { block: batch.beaconBlock, withinMs: CHAIN_LAG_MS }, within)
  const work = await readWork(components, asked, AbortSignal.any([within, AbortSignal.timeout(RECORD_MS)]))
  const seed = auditSeed({ batchRoot: batch.root, beacon, work: workId(work) })
  const { requestor, provider } = work.terms
  if (!drawAuditors(batch.auditors, { seed, without: [requestor, provider] }).includes(signer.address))
    throw declined('This node was not drawn for it.')
  const feeWei = feeOf(work)
  await cover(components, asked, { feeWei, signal: within })
  // What costs nothing anybody can ask for.
  if (feeWei > 0n) asked.onCovered()
  const contentKey = keyOf(components, work, request)
  const from = [batch.contact]
  const check = { work, app, seed, contentKey, from, maxInputBytes, speed, inTurn }
  const found = await checkWork(components, check, within)
  const id = agreementId(work.terms)
  const { index, outputs } = work.delivered
  const signed = signVerdict(signer, {
    format: 'golem-verdict/1',
    judge: signer.address,
    ...{ provider, manifest: work.terms.manifest, agreementId: id, index, inputs: work.inputs, outputs, seed },
    request: work.subtask.request,
    commitment: commitmentOf(work.delivered),
    drawn: null,
    work: request.work,
    audited: { root: batch.root, beacon },
    verdict: found,
  })
  const { cid } = await storage.addBytes(new TextEncoder().encode(canonicalJson(signed)))
  return { verdict: cid, found, provider, agreementId: id, index, feeWei }
}

/** What an audit of this work pays. */
export const feeOf = ({ subtask, terms, check }: Pick<FinishedWork, 'subtask' | 'terms' | 'check'>): Wei =>
  auditFee({ units: subtask.units, pricePerCoreHourWei: terms.pricePerCoreHourWei, isWhole: check.kind === 'exact' })

async function readWork(
  { storage, recoverSigner }: AuditOneComponents,
  { request, batch }: Asked,
  signal: AbortSignal,
): Promise<FinishedWork> {
  await storage.fetch(request.work, { from: [batch.contact], maxBytes: MAX_WORK_BYTES, signal })
  const text = new TextDecoder().decode(await storage.readFile(request.work, { maxBytes: MAX_WORK_BYTES }))
  const work = finishedWork.safeParse(jsonOf(text)).data
  if (work === undefined) throw declined('There is no record of work of this form.')
  const why = whyUnproven(work, recoverSigner)
  if (why !== null) throw declined(why)
  if (work.terms.requestor !== batch.requestor || work.terms.manifest !== batch.manifest)
    throw declined('It is the work of somebody else, or of another application.')
  if (!isInAuditBatch(batch.root, work, request.proof)) throw declined('It is not in the batch.')
  return work
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The fee is locked on chain, beside what is owed already. */
async function cover(
  { watch: { ledger }, signer, clock }: AuditOneComponents,
  { request, batch, unpaidWei }: Asked,
  { feeWei, signal }: { feeWei: Wei; signal: AbortSignal },
): Promise<void> {
  if (feeWei === 0n) return
  const key = auditChannel(batch.requestor, signer.address)
  const channel = channelId(key)
  const untilMs = clock.now() + CHAIN_LAG_MS
  const { funding } = request
  while (funding !== null) {
    try {
      await ledger.prove(key, funding, () => unpaidWei() === 0n)
      break
    } catch (error) {
      const isEarly = error instanceof GolemError && error.code === 'FUNDING_UNPOSTED' && clock.now() < untilMs
      if (!isEarly) throw error
      await clock.sleep(PROOF_AGAIN_MS, { signal })
    }
  }
  if (ledger.provenWei(channel) < ledger.owedWei(channel) + unpaidWei() + feeWei)
    throw declined('Its fee is not locked on chain.')
}

function keyOf(
  { opener }: AuditOneComponents,
  { contentKey }: FinishedWork,
  request: Asked['request'],
): Uint8Array | undefined {
  if (contentKey === undefined) return undefined
  if (request.contentKey === undefined) throw declined('It is private, and no key came with it.')
  return opener.unwrap(request.contentKey, request.work)
}

const declined = (message: string): GolemError => new GolemError({ code: 'AUDIT_DECLINED', message })
