import { isSeedDrawn, type Verdict } from '@golem/protocol'
import { cidOf } from '../audit/repeat-request.ts'
import { checkTimeMs, inTime } from './check-time.ts'
import { lookAt } from './class-of.ts'
import { sealingOf } from './content-key.ts'
import { type Lot, lotOf } from './drawing.ts'
import { formFault, isWronglySealed, NOT_SEALED } from './form-of.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, ownCheckOf } from './job-state.ts'
import { reject } from './judging.ts'
import { keepVerdict } from './keep-verdict.ts'
import type { LocalProgram } from './local-program.ts'
import type { Look } from './look.ts'
import { repeatExactly, unseen } from './repeat-exactly.ts'
import { tryTwice } from './try-twice.ts'
import type { Workbench } from './workbench.ts'

/** `verdict` is null where the check itself could not be made, which says nothing about the provider. */
export type JudgedDelivery = { lot: Lot; isUnseen: boolean; look: Look | null; verdict: Verdict | null }

/**
 * One delivery whose outputs are here, by itself: by the plan's own check, also where replicas are compared beside it.
 *
 * @param share of such deliveries is done again, as its draw says
 */
export async function judgeDelivery(
  desk: JobDesk,
  bench: Workbench,
  attempt: Attempt,
  share: number,
): Promise<JudgedDelivery> {
  const lot = lotOf(desk, attempt)
  // Drawn after the delivery, and once: nobody knows before what is looked at, and no failure draws again.
  const isUnseen = !isSeedDrawn(lot.seed, share)
  const look = ownCheckOf(desk.state).by === 'application' ? await lookAt(desk, bench, attempt.agreement) : null
  const verdict = await tryTwice(desk, attempt.subtask, async () => {
    if (isUnseen) return (await formFault(desk, attempt)) ?? unseen(share)
    if (!(await isSealedAsAgreed(desk, bench, attempt))) return NOT_SEALED
    if (look === null) return repeatExactly(desk, bench, attempt)
    return askApplication(desk, bench, attempt, { seed: lot.seed, look })
  })
  return { lot, isUnseen, look, verdict }
}

/** Rejects it with what shows why. */
export async function rejectJudged(
  desk: JobDesk,
  attempt: Attempt,
  { lot, look, verdict }: JudgedDelivery & { verdict: Verdict & { accepted: false } },
): Promise<void> {
  const shown = await keepVerdict(desk, attempt, verdict, { ...lot, look })
  if (attempt.state === 'delivered') reject(desk, attempt, verdict, { shown, look })
}

/** Whether outputs of a private job open. */
async function isSealedAsAgreed(desk: JobDesk, bench: Workbench, attempt: Attempt): Promise<boolean> {
  if (desk.state.request.contentKey === undefined) return true
  try {
    await bench.beside((program) => bench.lay(program, attempt))
    return true
  } catch (error) {
    if (isWronglySealed(error)) return false
    throw error
  }
}

function askApplication(
  desk: JobDesk,
  bench: Workbench,
  attempt: Attempt,
  { seed, look }: { seed: string; look: Look },
): Promise<Verdict> {
  const { services, state } = desk
  const { comparison, strategy: check, kernel } = look
  return bench.beside(async (program, speaker) => {
    const part = await bench.lay(program, attempt)
    const { parameters } = state.request
    const inspection = state.inspection?.inspection ?? null
    const job = { parameters, inspection, part, seed, check, comparison }
    const verdict = await services.app.verify(inTime(speaker, checkTimeMs(desk, attempt)), job, desk.signal)
    return verdict.accepted ? verdict : withWhatItMade(desk, program, verdict)
  }, kernel)
}

type Rejection = Verdict & { accepted: false }
/** Keeps what the check itself made of the same, where it left that, so that anybody can look at both. */
async function withWhatItMade(
  { services, state }: JobDesk,
  program: LocalProgram,
  verdict: Rejection,
): Promise<Rejection> {
  const { folders, app, logger } = services
  const { evidence } = verdict
  const outDir = program.lastOutDir()
  if (outDir === null || evidence === null || typeof evidence !== 'object' || Array.isArray(evidence)) return verdict
  if (!(await folders.exists(program.hostPath(outDir)))) return verdict
  const { limits } = app.manifest
  const how = { limits, sealing: sealingOf(state.request), folder: `jobs/${state.request.id}` }
  try {
    return { ...verdict, evidence: { ...evidence, outputs: await cidOf(services, program, outDir, how) } }
  } catch (error) {
    logger.warn({ job: state.request.id, error: String(error) }, 'what a check made was not kept')
    return verdict
  }
}
