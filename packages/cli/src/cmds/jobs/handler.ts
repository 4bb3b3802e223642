import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { costWords, doneWords } from '../../views/job-words.ts'
import { plainText } from '../../views/plain-text.ts'

export async function listJobs({ client }: Cli): Promise<Outcome> {
  const value = await client.jobs()
  if (value.length === 0) return { value, text: 'No jobs yet. Begin one with `golem render FILE.blend`.' }
  const rows = value.map((job) => [job.id, job.state, doneWords(job), costWords(job), plainText(job.title)])
  return { value, text: align([['ID', 'STATE', 'DONE', 'COST', 'TITLE'], ...rows]) }
}
