import type { Job } from '@golem/api'
import { isEnded } from '@golem/api/client'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { costWords, doneWords, etaWords } from '../../views/job-words.ts'
import { plainText } from '../../views/plain-text.ts'

export async function listJobs({ client }: Cli): Promise<Outcome> {
  const value = await client.jobs()
  if (value.length === 0) return { value, text: 'No jobs yet. Begin one with `golem render FILE.blend`.' }
  const rows = value.map((job) => [
    job.id,
    job.state,
    doneWords(job) || '-',
    costWords(job),
    plainText(job.title),
    nowWords(job),
  ])
  return { value, text: align([['ID', 'STATE', 'DONE', 'COST', 'TITLE', 'NOW'], ...rows]) }
}

/** Why a job waits, or how long it takes yet; why it failed, where it did. */
function nowWords(job: Job): string {
  if (job.problem !== null) return plainText(job.problem.message)
  if (isEnded(job.state)) return ''
  return job.waiting === null ? etaWords(job) : `waiting: ${plainText(job.waiting)}`
}
