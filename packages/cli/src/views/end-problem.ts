import type { Job } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'

/** Why a job did not get to its end, and what can be done: for stderr. null where it did. */
export function endProblem(job: Job): GolemError | null {
  const resume = `\`golem job ${job.id} resume\` goes on; nothing accepted is computed again.`
  if (job.state === 'cancelled') {
    const kept = job.groups.done === 0 ? 'Nothing was finished.' : `What was finished is kept in ${job.outDir}.`
    return new GolemError({ code: 'JOB_CANCELLED', message: `The job was stopped. ${kept}`, remedy: resume })
  }
  if (job.state !== 'failed') return null
  const { code, message, remedy } = job.problem ?? { code: 'JOB_FAILED', message: 'The job failed.' }
  // Before the work was cut, it was the input that failed: going on would fail in the same way.
  const advice = remedy ?? (job.subtasks.total > 0 ? resume : undefined)
  return new GolemError({ code, message, ...(advice === undefined ? {} : { remedy: advice }) })
}
