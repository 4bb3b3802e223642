import { isSeedDrawn, type Verdict } from '@golem/protocol'
import { noteFailure } from './attempts.ts'
import { checkShare } from './check-share.ts'
import { type Lot, lotOf } from './drawing.ts'
import { answerFaults } from './form-of.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, checkOf } from './job-state.ts'
import { accept, reject } from './judging.ts'
import { keepVerdict } from './keep-verdict.ts'
import { repeatExactly, repeatTogether, unseen } from './repeat-exactly.ts'
import { tryTwice } from './try-twice.ts'
import type { Workbench } from './workbench.ts'

/**
 * Settles deliveries of one agreement that are answers and no files: they are here already, so they are checked together
 * and accepted together. Where one of them is wrong, those that were taken unseen are not taken.
 */
export async function settleSaid(desk: JobDesk, bench: Workbench, attempts: readonly Attempt[]): Promise<void> {
  if (checkOf(desk.state).by === 'application')
    throw new RangeError('what its application checks is settled one by one')
  const wanted = attempts.filter(({ state }) => state === 'delivered')
  // Drawn after the delivery, and once: nobody knows before what is looked at, and no failure draws again.
  const lots = new Map(wanted.map((attempt) => [attempt, lotOf(desk, attempt)]))
  const share = checkShare(desk, wanted)
  const drawn = wanted.filter((attempt) => isSeedDrawn((lots.get(attempt) as Lot).seed, share))
  const rest = wanted.filter((attempt) => !drawn.includes(attempt))
  const verdicts = new Map([...(await judge(desk, bench, drawn)), ...(await judgeForm(desk, rest))])
  const still = wanted.filter(({ state }) => state === 'delivered')
  const wrong = still.flatMap((attempt) => {
    const verdict = verdicts.get(attempt)
    return verdict && !verdict.accepted ? [{ attempt, verdict }] : []
  })
  accept(
    desk,
    still.flatMap((attempt) => {
      const verdict = verdicts.has(attempt) ? verdicts.get(attempt) : wrong.length === 0 ? unseen(share) : null
      return verdict?.accepted ? [{ attempt, how: verdict.how, isUnseen: !verdicts.has(attempt), look: null }] : []
    }),
  )
  for (const attempt of still)
    if (verdicts.get(attempt) === null)
      noteFailure(desk, attempt, 'CHECK_FAILED', 'What was delivered could not be checked.')
  // The first one excludes its provider, which ends all of its others.
  for (const { attempt, verdict } of wrong) {
    if (attempt.state !== 'delivered') continue
    const shown = await keepVerdict(desk, attempt, verdict, { ...(lots.get(attempt) as Lot), look: null })
    if (attempt.state === 'delivered') reject(desk, attempt, verdict, { shown, look: null })
  }
}

/** Of what would be taken unseen: what cannot be merged later is not. */
async function judgeForm(desk: JobDesk, attempts: readonly Attempt[]): Promise<Map<Attempt, Verdict | null>> {
  const faults = await tryTwice(desk, 'the form of answers', () => answerFaults(desk, attempts))
  return faults ?? new Map(attempts.map((attempt) => [attempt, null]))
}

/** One by one where they cannot be checked together. null: could not be checked. */
async function judge(
  desk: JobDesk,
  bench: Workbench,
  attempts: readonly Attempt[],
): Promise<Map<Attempt, Verdict | null>> {
  if (attempts.length === 0) return new Map()
  const name = `${attempts.length} together`
  const together = await tryTwice(desk, name, () => repeatTogether(desk, bench, attempts))
  if (together !== null) return together
  const verdicts = new Map<Attempt, Verdict | null>()
  for (const attempt of attempts)
    verdicts.set(attempt, await tryTwice(desk, attempt.subtask, () => repeatExactly(desk, bench, attempt)))
  return verdicts
}
