import { isEnded } from '@golem/api/client'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { followJob } from '../../follow-job.ts'
import { createJobView } from '../../views/create-job-view.ts'
import { endProblem } from '../../views/end-problem.ts'
import { glm } from '../../views/format-amounts.ts'

export type JobAct = 'show' | 'watch' | 'pause' | 'cancel' | 'resume' | 'budget' | 'redo'

/** As commander reads them by `options.ts`. */
export type JobActOptions = {
  /** Base units. */
  budget?: string
  /** Milliseconds. */
  deadline?: number
  group?: string
}

export async function actOnJob(cli: Cli, id: string, act?: JobAct, options: JobActOptions = {}): Promise<Outcome> {
  if (act === 'cancel') return cancelJob(cli, id)
  if (act === 'pause') return pauseJob(cli, id)
  if (act === 'budget') return setBudget(cli, id, options)
  if (act === 'redo') return redoGroup(cli, id, options)
  if (act === 'resume') return resumeJob(cli, id, options)
  const { client, io, json } = cli
  const job = await client.job(id)
  const isRunning = !isEnded(job.state)
  const watch = act === 'watch' || (act === undefined && io.stdout.isTTY === true && !json && isRunning)
  if (watch && isRunning) await watchJob(cli, id)
  const value = watch ? await client.job(id) : job
  const { jobReport } = await import('../../views/job-report.ts')
  const problem = endProblem(value)
  if (problem === null) return { value, text: jobReport(value) }
  // Who watches a job waits for its end, as who renders does; who only looks at it has seen it.
  return { value, text: jobReport(value), problem: problem.sentence, exitCode: watch ? 1 : 0 }
}

async function cancelJob({ client }: Cli, id: string): Promise<Outcome> {
  const before = await client.job(id)
  if (isEnded(before.state)) return { value: before, text: `Job ${id} had ended already: it is ${before.state}.` }
  const value = await client.cancelJob(id)
  return { value, text: `Job ${id} stops. What is finished is kept in ${value.outDir}.` }
}

async function pauseJob({ client }: Cli, id: string): Promise<Outcome> {
  const value = await client.pauseJob(id)
  return { value, text: `Job ${id} is paused: what runs is finished. \`golem job ${id} resume\` goes on.` }
}

async function setBudget({ client }: Cli, id: string, { budget }: JobActOptions): Promise<Outcome> {
  if (budget === undefined) throw missing('--budget GLM', `golem job ${id} budget --budget 4`)
  const value = await client.setBudget(id, { budgetWei: budget })
  return { value, text: `Job ${id} may spend ${glm(budget)} in all.` }
}

async function redoGroup({ client }: Cli, id: string, { group }: JobActOptions): Promise<Outcome> {
  if (group === undefined) throw missing('--group ID', `golem job ${id} redo --group frame-7`)
  const value = await client.redoGroup(id, { group })
  return { value, text: `${group} of job ${id} is computed again. Watch it with \`golem job ${id} watch\`.` }
}

const missing = (option: string, example: string) =>
  new GolemError({ code: 'OPTIONS_INVALID', message: `This needs ${option}.`, remedy: `Such as: ${example}` })

async function resumeJob({ client }: Cli, id: string, { budget, deadline }: JobActOptions): Promise<Outcome> {
  const value = await client.resumeJob(id, {
    budgetWei: budget ?? null,
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
  })
  return { value, text: `Job ${id} goes on. Watch it with \`golem job ${id} watch\`.` }
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
