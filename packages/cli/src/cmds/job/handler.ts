import { isEnded } from '@golem/api/client'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { followJob } from '../../follow-job.ts'
import { createJobView } from '../../views/create-job-view.ts'
import { endProblem } from '../../views/end-problem.ts'

export type JobAct = 'show' | 'watch' | 'cancel' | 'resume'

export async function actOnJob(cli: Cli, id: string, act?: JobAct, budgetWei?: string): Promise<Outcome> {
  const { client, io, json } = cli
  if (act === 'cancel') {
    const value = await client.cancelJob(id)
    return { value, text: `Job ${id} stops. What is finished is kept in ${value.outDir}.` }
  }
  if (act === 'resume') {
    const value = await client.resumeJob(id, { budgetWei: budgetWei ?? null })
    return { value, text: `Job ${id} goes on. Watch it with \`golem job ${id} watch\`.` }
  }
  const job = await client.job(id)
  const watch = act === 'watch' || (act === undefined && io.stdout.isTTY === true && !json)
  if (watch && !isEnded(job.state)) await watchJob(cli, id)
  const value = watch ? await client.job(id) : job
  const { jobReport } = await import('../../views/job-report.ts')
  const problem = endProblem(value)
  return { value, text: jobReport(value), ...(problem ? { problem: problem.sentence } : {}) }
}

/** Ctrl-C ends the watching, and leaves the job alone. */
async function watchJob(cli: Cli, id: string): Promise<void> {
  const left = new AbortController()
  const release = cli.io.onInterrupt(() => left.abort())
  const view = await createJobView(cli)
  try {
    await followJob(cli, view, id, { signal: left.signal })
  } catch (error) {
    if (!left.signal.aborted) throw error
    throw new GolemError({
      code: 'LEFT',
      message: `Job ${id} goes on without being watched.`,
      remedy: `\`golem job ${id} cancel\` stops it.`,
    })
  } finally {
    view.stop()
    release()
  }
}
