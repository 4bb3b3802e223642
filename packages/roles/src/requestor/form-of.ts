import { asCid, GolemError, type Json, type Verdict } from '@golem/protocol'
import { hexOf } from '../hex-of.ts'
import { sealingOf } from './content-key.ts'
import type { JobDesk } from './job-desk.ts'
import type { Attempt } from './job-state.ts'

type Rejection = Verdict & { accepted: false }

const HOW = 'looked at its form'
const WRONGLY_SEALED: ReadonlySet<string> = new Set(['CONTENT_KEY_WRONG', 'CONTENT_REFUSED'])

export const NOT_SEALED: Rejection = {
  accepted: false,
  how: 'opened',
  code: 'NOT_SEALED',
  message: 'What was delivered does not open with the key of this private job.',
  evidence: null,
}

export const isWronglySealed = (error: unknown): boolean =>
  error instanceof GolemError && WRONGLY_SEALED.has(error.code)

/** What no honest provider delivers; null where it may be taken unseen, since it can be merged later. */
export const formFault = async (desk: JobDesk, attempt: Attempt): Promise<Rejection | null> =>
  (await answerFaults(desk, [attempt])).get(attempt) ?? outputsFault(desk, attempt)

/** Of those whose answers are not what their application's program answers with, why. */
export async function answerFaults(
  { services: { app } }: JobDesk,
  attempts: readonly Attempt[],
): Promise<Map<Attempt, Rejection>> {
  if (app.answerFaults === undefined || attempts.length === 0) return new Map()
  const faults = await app.answerFaults(attempts.map(({ delivery }) => (delivery?.result ?? null) as Json))
  return new Map(
    attempts.flatMap((attempt, at) => {
      const fault = faults[at] ?? null
      return fault === null ? [] : [[attempt, misformed(`What was answered has another form: ${fault}.`)]]
    }),
  )
}

/** Its outputs are collected like those of a program here: what is more than the manifest allows, or no folder, is refused. */
async function outputsFault({ services, state, signal }: JobDesk, attempt: Attempt): Promise<Rejection | null> {
  const { folders, sandbox, storage, app, randomBytes } = services
  const outputs = attempt.delivery?.outputs ?? null
  if (outputs === null) return null
  const folder = await folders.make(`jobs/${state.request.id}/form-${hexOf(randomBytes(8))}`)
  const delivered = folders.join(folder, 'delivered')
  try {
    await storage.materialise(asCid(outputs), delivered, { signal, ...sealingOf(state.request) })
    await sandbox.collect(delivered, folders.join(folder, 'collected'), app.manifest.limits)
    return null
  } catch (error) {
    if (state.request.contentKey !== undefined && isWronglySealed(error)) return NOT_SEALED
    if (error instanceof GolemError && error.code === 'OUTPUT_REFUSED') return misformed(error.message)
    throw error
  } finally {
    await folders.remove(folder)
  }
}

const misformed = (message: string): Rejection => ({
  accepted: false,
  how: HOW,
  code: 'DELIVERY_MISFORMED',
  message,
  evidence: null,
})
