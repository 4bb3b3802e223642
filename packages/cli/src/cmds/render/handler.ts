import type { Job } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { followJob } from '../../follow-job.ts'
import { createJobView } from '../../views/create-job-view.ts'
import { endProblem } from '../../views/end-problem.ts'
import { glm } from '../../views/format-amounts.ts'
import type { JobView } from '../../views/job-view.ts'
import { plainText } from '../../views/plain-text.ts'
import { acceptPrice, riskWords } from './accept-price.ts'
import { prepareRender } from './prepare-render.ts'
import type { RenderOptions } from './render-options.ts'

/** Posts a render job and stays with it to its end. */
export async function render(cli: Cli, file: string, options: RenderOptions): Promise<Outcome> {
  const { client } = cli
  const posted = await prepareRender(cli, file, options)
  const created = await client.createJob(posted)
  const stop = stopOnInterrupt(cli, created)
  try {
    const priced = posted.confirm
      ? await withView(cli, stop, null, (view) => untilPriced(cli, view, created.id, stop))
      : null
    if (priced?.state === 'confirming') {
      if (options.estimate) return await tellEstimate(cli, priced)
      const accepted = await acceptPrice(cli.io, priced)
      if (accepted === 'no') return await decline(cli, priced)
      await client.startJob(priced.id, accepted)
    }
    if (priced === null || !isEnded(priced.state)) {
      await withView(cli, stop, priced, (view) => followJob(cli, view, created.id, stop))
    }
  } finally {
    stop.release()
  }
  const value = await client.job(created.id)
  const { jobReport } = await import('../../views/job-report.ts')
  const problem = endProblem(value)
  const failed = problem ? ({ exitCode: 1, problem: problem.sentence } as const) : {}
  return { value, text: jobReport(value), ...failed }
}

type Stop = { signal: AbortSignal; show(view: JobView | null): void; release(): void }

/** The first Ctrl-C asks the job to stop cleanly; the second leaves at once. */
function stopOnInterrupt({ client, io }: Cli, job: Job): Stop {
  const left = new AbortController()
  let view: JobView | null = null
  let asked = false
  const note = (line: string) => (view ? view.note(line) : void io.stderr.write(`${line}\n`))
  const leave = () => {
    const message = `Job ${job.id} is left as it is.`
    left.abort(new GolemError({ code: 'LEFT', message, remedy: `\`golem job ${job.id}\` shows what became of it.` }))
  }
  const release = io.onInterrupt(() => {
    if (asked) return leave()
    asked = true
    note(`Stopping. What is finished is kept in ${job.outDir}. Ctrl-C again leaves at once.`)
    client.cancelJob(job.id).catch((error: unknown) => left.abort(error))
  })
  return {
    signal: left.signal,
    show: (shown) => {
      view = shown
    },
    release,
  }
}

async function withView<T>(cli: Cli, stop: Stop, shown: Job | null, act: (view: JobView) => Promise<T>): Promise<T> {
  const view = await createJobView(cli, shown)
  stop.show(view)
  try {
    return await act(view)
  } finally {
    stop.show(null)
    view.stop()
  }
}

const untilPriced = (cli: Cli, view: JobView, id: string, { signal }: Stop): Promise<Job> =>
  followJob(cli, view, id, { signal, until: ({ state }) => state === 'confirming' })

async function tellEstimate({ client }: Cli, { id, estimateWei, paidBeforeWei, summary }: Job): Promise<Outcome> {
  await client.cancelJob(id)
  const price = estimateWei === null ? 'No estimate could be made.' : `It would cost about ${glm(estimateWei)}.`
  const text = [...summary.map(plainText), riskWords({ paidBeforeWei }), price].join('\n')
  return { value: { estimateWei, paidBeforeWei, summary }, text }
}

async function decline({ client }: Cli, { id }: Job): Promise<Outcome> {
  const value = await client.cancelJob(id)
  return { value, text: 'Not started; nothing was spent.', exitCode: 1 }
}
