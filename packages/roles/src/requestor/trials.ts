import { GolemError } from '@golem/protocol'
import { leave } from './attempts.ts'
import type { JobDesk } from './job-desk.ts'
import { agreementOf, type SubtaskState } from './job-state.ts'
import type { Workbench } from './workbench.ts'

/** A subtask that failed so often is tried here: either the work is to blame, or those who say so are. */
const MAX_FAILURES = 3

export type Trials = {
  /** Begins to try what failed too often. */
  look(): void
}

/** Computes on this machine what several providers say cannot be computed: three words against a job are cheap. */
export function createTrials(desk: JobDesk, bench: Workbench): Trials {
  const tried = new Set<string>()
  const attempt = async ({ subtask, failures }: SubtaskState): Promise<void> => {
    const { id, label, request } = subtask
    const last = failures.at(-1)
    desk.services.logger.warn({ job: desk.state.request.id, subtask: id, failures }, 'it failed often: tried here')
    try {
      await bench.beside((program) => program.call(request.method, request.params))
    } catch (error) {
      desk.signal.throwIfAborted()
      if (!(error instanceof GolemError)) throw error
      throw new GolemError({
        code: 'SUBTASK_FAILED',
        message: `${label} failed ${failures.length} times, and on this machine too: ${error.message}`,
        remedy: 'The file itself is the likely reason: render that frame on this machine to see.',
        data: { code: error.code, last },
        cause: error,
      })
    }
    for (const { agreement } of failures) {
      if (agreementOf(desk.state, agreement).accepted === 0) {
        leave(desk, agreement, `It failed at ${label}, which can be computed here.`)
      }
    }
  }
  return {
    look: () => {
      for (const task of desk.state.troubled) {
        if (task.accepted || task.failures.length < MAX_FAILURES || tried.has(task.subtask.id)) continue
        tried.add(task.subtask.id)
        attempt(task).catch((error: unknown) => {
          if (!desk.signal.aborted) desk.fail(error)
        })
      }
    },
  }
}
