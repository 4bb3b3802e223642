import type { Job } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'
import type { Cli } from './cli.ts'
import type { JobView } from './views/job-view.ts'

export type FollowOptions = {
  signal: AbortSignal
  /** Stops following at the first view that it says yes to. */
  until?: (job: Job) => boolean
}

/**
 * Shows a job until it ends.
 *
 * @returns its last view
 * @throws {GolemError} `JOB_UNKNOWN`, `API_UNREACHABLE`
 */
export async function followJob(cli: Cli, view: JobView, id: string, { signal, until }: FollowOptions): Promise<Job> {
  let last: Job | undefined
  for await (const { job } of cli.client.watchJob(id, { signal })) {
    view.show(job)
    last = job
    if (until?.(job)) break
  }
  if (last) return last
  throw new GolemError({ code: 'JOB_UNKNOWN', message: `The daemon tells nothing of job ${id}.` })
}
