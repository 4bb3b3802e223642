import { auditSeed } from '@golem/market'
import type { App } from '@golem/ports'
import {
  type Address,
  agreementId,
  type Cid,
  commitmentOf,
  drawSeed,
  type FinishedWork,
  finishedWork,
  GolemError,
  isQuestionSigned,
  isVerdictSigned,
  type KeyOpener,
  MAX_WORK_BYTES,
  type PeerContact,
  type RecoverSigner,
  type SignedVerdict,
  signedVerdict,
  type Verdict,
  type WrappedKey,
  whyUnproven,
  workId,
} from '@golem/protocol'
import { type CheckComponents, checkWork, classOfWork } from './check-work.ts'

export type RerunComponents = CheckComponents & {
  apps: readonly App[]
  opener: KeyOpener
  recoverSigner?: RecoverSigner | undefined
}
export type RerunOptions = {
  /** Who may have verdict, inputs and outputs. */
  from: readonly PeerContact[]
  maxInputBytes: number
  speed: number
  /** Opens what is private, where this node did not do the work: wrapped for it by the requestor, for this verdict. */
  key?: WrappedKey | undefined
  signal: AbortSignal
}

/** What came of a check that was done again. */
export type Rerun = {
  said: SignedVerdict['body']
  /** The record that it rests on. */
  work: Cid
  parties: { requestor: Address; provider: Address }
  /** As `isQuestionSigned` has it. */
  isQuestionSigned: boolean
  /** What it ran on is certified to give the same everywhere. */
  isDeterministic: boolean
  /** It was compared to the last bit in a class, and so it was here. */
  namesClass: boolean
  found: Verdict
  /** Both accept, or both do not. */
  isSame: boolean
}

/**
 * Does a verdict's check again, by its seed, over the same delivery. A verdict whose signatures or seed do not hold is not
 * worth that.
 *
 * @throws {GolemError} `VERDICT_INVALID`, `APP_UNKNOWN`, and as `checkWork`
 */
export async function rerunVerdict(components: RerunComponents, cid: Cid, options: RerunOptions): Promise<Rerun> {
  const { opener } = components
  const { body: said, work } = await readVerdict(components, cid, options)
  const id = agreementId(work.terms)
  const app = components.apps.find(({ manifestCid }) => manifestCid === said.manifest)
  if (app === undefined)
    throw new GolemError({
      code: 'APP_UNKNOWN',
      message: `This node does not have the application ${said.manifest}.`,
      remedy: 'Whoever has that version of it can do the check again.',
    })
  const { signal, key, ...rest } = options
  const contentKey = work.contentKey && (key ? opener.unwrap(key, cid) : opener.unwrap(work.contentKey, id))
  const found = await checkWork(components, { work, app, seed: said.seed, contentKey, ...rest }, signal)
  const { requestor, provider } = work.terms
  return {
    said,
    work: said.work as Cid,
    parties: { requestor, provider },
    isQuestionSigned: isQuestionSigned(work),
    isDeterministic: app.manifest.runtime.kind === 'wasm',
    namesClass: classOfWork(work, app) !== null,
    found,
    isSame: found.accepted === said.verdict.accepted,
  }
}

/** A verdict with the work that it is about. @throws {GolemError} `VERDICT_INVALID`, and what keeps it from being read */
export async function readVerdict(
  { storage, recoverSigner }: Pick<RerunComponents, 'storage' | 'recoverSigner'>,
  cid: Cid,
  { from, signal }: Pick<RerunOptions, 'from' | 'signal'>,
): Promise<SignedVerdict & { work: FinishedWork }> {
  const read = async (each: Cid): Promise<unknown> => {
    await storage.fetch(each, { from, maxBytes: MAX_WORK_BYTES, signal })
    const text = new TextDecoder().decode(await storage.readFile(each, { maxBytes: MAX_WORK_BYTES }))
    try {
      return JSON.parse(text)
    } catch {
      return null
    }
  }
  const shown = signedVerdict.safeParse(await read(cid))
  if (!shown.success) throw invalid('There is no verdict of this form')
  const { body } = shown.data
  if (!isVerdictSigned(shown.data, recoverSigner)) throw invalid('It is not signed by its judge')
  if (body.work === undefined) throw invalid('It does not name the work that it is about')
  const parsed = finishedWork.safeParse(await read(body.work))
  if (!parsed.success) throw invalid('The work that it names has no record')
  const reason = whyUnproven(parsed.data, recoverSigner) ?? whyAnother(body, parsed.data)
  if (reason !== null) throw invalid(reason.replace(/\.$/, ''))
  return { ...shown.data, work: parsed.data }
}

/** Why a verdict is not about this work, or not by what was drawn for it. */
function whyAnother(body: SignedVerdict['body'], work: FinishedWork): string | null {
  const { terms, delivered } = work
  const id = agreementId(terms)
  const commitment = commitmentOf(delivered)
  const isOfThis =
    body.agreementId === id &&
    body.index === delivered.index &&
    body.commitment === commitment &&
    body.manifest === terms.manifest &&
    body.provider === terms.provider
  if (!isOfThis) return 'It is about something else.'
  if (body.audited !== undefined) {
    const { root: batchRoot, beacon } = body.audited
    const drawn = auditSeed({ batchRoot, beacon, work: workId(work) })
    return drawn === body.seed ? null : 'Its seed does not follow from what drew the audit.'
  }
  if (body.drawn === null) return null
  const seed = drawSeed({ value: body.drawn.value, agreementId: id, index: body.index, commitment })
  return seed === body.seed ? null : 'Its seed does not follow from what was drawn.'
}

const invalid = (why: string): GolemError =>
  new GolemError({
    code: 'VERDICT_INVALID',
    message: `${why}: this verdict shows nothing.`,
    remedy: 'Nobody who sees it need believe it.',
    peerPolicy: 'reject',
  })
