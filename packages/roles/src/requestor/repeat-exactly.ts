import type { Verdict } from '@golem/protocol'
import { repeatRequest } from '../audit/repeat-request.ts'
import { checkTimeMs } from './check-time.ts'
import { sealingOf } from './content-key.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, subtaskOf } from './job-state.ts'
import type { LocalProgram } from './local-program.ts'
import type { Workbench } from './workbench.ts'

/** The check of work that gives the same everywhere: this machine's own program does it again, to the last bit. */
export const repeatExactly = (desk: JobDesk, bench: Workbench, attempt: Attempt): Promise<Verdict> =>
  bench.beside((program) => repeat(desk, program, attempt))

/** The same for several, which the program is asked for at once. */
export const repeatTogether = (
  desk: JobDesk,
  bench: Workbench,
  attempts: readonly Attempt[],
): Promise<Map<Attempt, Verdict>> =>
  bench.beside(
    async (program) =>
      new Map(
        await Promise.all(attempts.map(async (attempt) => [attempt, await repeat(desk, program, attempt)] as const)),
      ),
  )

const repeat = (desk: JobDesk, program: LocalProgram, attempt: Attempt): Promise<Verdict> => {
  const { services, state } = desk
  return repeatRequest(services, program, {
    request: subtaskOf(state, attempt.subtask).subtask.request,
    delivered: attempt.delivery,
    limits: services.app.manifest.limits,
    timeoutMs: checkTimeMs(desk, attempt),
    sealing: sealingOf(state.request),
    folder: `jobs/${state.request.id}`,
  })
}

/** What was delivered is taken as it is. */
export const unseen = (share: number): Verdict => ({
  accepted: true,
  how:
    share === 0 ? 'taken unseen, as was asked' : `taken unseen: ${Math.round(share * 1_000) / 10} % are computed again`,
})
