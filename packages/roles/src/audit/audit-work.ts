import { type MismatchVerdict, weighAudit } from '@golem/market'
import { type Address, type Bytes32, type Cid, canonicalJson, type FinishedWork, GolemError } from '@golem/protocol'
import { sealingOf } from '../requestor/content-key.ts'
import type { JobDesk } from '../requestor/job-desk.ts'
import { keepNewest, verdictOwner } from '../requestor/keep-verdict.ts'
import { type AnnouncedBatch, type DrawnWork, firstSeats } from './announce-batch.ts'
import { type Word, wordOf } from './ask-auditor.ts'
import type { AuditPurse } from './audit-purse.ts'
import type { AuditServices } from './audit-services.ts'
import { checkWork } from './check-work.ts'
import { deliveredOutput, outputOf } from './output-of.ts'

const OWN_CHECK_MS = 60 * 60_000

/** What an auditor said. `isProven`: the answer was known here, or is now. */
export type AuditWord = {
  auditor: Address
  isAccepted: boolean
  verdict: Cid
  output: Bytes32
  isWrong: boolean
  isProven: boolean
}
export type WorkOutcome = {
  work: DrawnWork
  record: Cid
  words: AuditWord[]
  /** Were to audit it, and gave no verdict in time. */
  silent: Address[]
  /** For the provider; null where nothing was found out, or it was planted. */
  outcome: MismatchVerdict | null
  isDeterministic: boolean
}

type Asked = { desk: JobDesk; batch: AnnouncedBatch; purse: AuditPurse; work: DrawnWork }
type Recorded = Asked & { record: FinishedWork; cid: Cid }

/** One work: asks one auditor after the other, and computes it here, until what they say can be weighed. */
export async function auditWork(services: AuditServices, asked: Asked, signal: AbortSignal): Promise<WorkOutcome> {
  const { storage, signer, logger } = services
  const { desk, purse, work } = asked
  const record = await work.record()
  const { cid } = await storage.addBytes(new TextEncoder().encode(canonicalJson(record)))
  await storage.pin(cid, verdictOwner(`audit/${cid}`))
  await keepNewest(services, `audit/${cid}`)
  const isDeterministic = record.check.kind === 'exact' && desk.services.app.manifest.runtime.kind === 'wasm'
  const delivered = deliveredOutput(record)
  const paidFor = firstSeats(work).length
  const words: AuditWord[] = []
  const silent: Address[] = []
  let own: Bytes32 | null = null
  let seat = 0
  const made = (outcome: MismatchVerdict | null) => ({ work, record: cid, words, silent, outcome, isDeterministic })
  for (;;) {
    const weighed = weighAudit({
      ...{ requestor: signer.address, provider: work.provider, isDeterministic, own, delivered },
      ...{ isAccepted: !work.isRejected, isPlanted: work.isPlanted, seatsLeft: work.seats.length - seat },
      words: words.map(({ auditor: by, output }) => ({ by, output })),
    })
    if (weighed.next === null) {
      // What turned out not to be wrong was planted in vain.
      const isPlantGood = work.isPlanted && own === delivered
      for (const word of words) {
        word.isWrong = weighed.wrong.includes(word.auditor) && !isPlantGood
        word.isProven ||= weighed.right.includes(word.auditor)
      }
      return made(weighed.provider)
    }
    if (weighed.next === 'compute') {
      own = await foundHere(services, { ...asked, record, cid }, signal)
      // Nothing can be said against anybody here then.
      if (own === null) return made(null)
      continue
    }
    const auditor = work.seats[seat] as Address
    // The first ones have their fees locked; a further opinion gets its own now.
    if (seat >= paidFor) await purse.need(new Map([[auditor, work.feeWei]]))
    seat += 1
    const word = await askFor(services, { ...asked, record, cid }, auditor, signal)
    if ('none' in word) {
      logger.info({ peer: auditor, why: word.why }, 'an auditor gave no verdict')
      if (word.none === 'silent') silent.push(auditor)
      continue
    }
    const { verdict, body } = word
    await storage.pin(verdict, verdictOwner(`audit/${cid}`))
    const said = { isAccepted: body.verdict.accepted, output: outputOf(record, body.verdict) }
    words.push({ auditor, verdict, ...said, isWrong: false, isProven: work.isKnown && body.verdict.accepted })
  }
}

async function askFor(
  services: AuditServices,
  { batch, purse, work, cid }: Recorded,
  auditor: Address,
  signal: AbortSignal,
): Promise<Word> {
  const found = batch.contacts.get(auditor)
  if (found === undefined) return { none: 'declined', why: 'Nobody knows where it is.' }
  const contentKey = batch.keyFor(auditor, cid)
  const request = {
    type: 'audit',
    ...{ root: batch.body.root, work: cid, proof: batch.proofOf(work) },
    funding: work.feeWei === 0n ? null : purse.fundingOf(auditor),
    ...(contentKey === undefined ? {} : { contentKey }),
  } as const
  const { seed } = work
  return wordOf(services, { auditor, contact: found.contact, request, seed, beacon: batch.beacon }, signal)
}

/** What this node finds by the same seed; null where it cannot. */
async function foundHere(
  services: AuditServices,
  { desk, record, work }: Recorded,
  signal: AbortSignal,
): Promise<Bytes32 | null> {
  const { logger, speed, maxInputBytes } = services
  const { app } = desk.services
  const { contentKey } = sealingOf(desk.state.request)
  const { seed } = work
  const within = AbortSignal.any([signal, AbortSignal.timeout(OWN_CHECK_MS)])
  try {
    const again = { work: record, app, seed, contentKey, from: [], maxInputBytes, speed }
    return outputOf(record, await checkWork(services, again, within))
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof GolemError)) throw error
    logger.warn({ subtask: work.subtaskId, error: String(error) }, 'an audit could not be looked at here')
    return null
  }
}
