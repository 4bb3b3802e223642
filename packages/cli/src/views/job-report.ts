import type { JobDetail } from '@golem/api'
import Table from 'cli-table3'
import { gas, glm } from './format-amounts.ts'
import { formatDuration } from './format-duration.ts'
import { costWords, doneWords } from './job-words.ts'
import { plainText } from './plain-text.ts'
import { shortAddress } from './short-address.ts'

const FILE_LINES = 8

/** What came of a job: who did what, how it was checked, what it cost, and where the files are. */
export function jobReport(job: JobDetail): string {
  const lines: string[] = []
  if (job.providers.length > 0) lines.push(providerTable(job))
  const tookMs = (job.finishedAtMs ?? job.createdAtMs) - job.createdAtMs
  const took = job.finishedAtMs === null ? '' : ` in ${formatDuration(tookMs)}`
  lines.push(
    `${job.state}: ${doneWords(job)}${took}`,
    `cost ${costWords(job)}, gas ${job.gasUsed} (${gas(job.gasWei)})`,
  )
  if (job.outputs.length > 0) {
    const shown = job.outputs.slice(0, FILE_LINES)
    const more = job.outputs.length - shown.length
    lines.push(`files in ${job.outDir}`, ...shown.map((file) => `  ${plainText(file)}`))
    if (more > 0) lines.push(`  and ${more} more`)
  }
  return lines.join('\n')
}

function providerTable(job: JobDetail): string {
  const table = new Table({
    head: ['provider', 'cores', 'accepted', 'rejected', 'how checked', 'earned'],
    style: { head: [], border: [] },
  })
  for (const { address, cores, accepted, rejected, earnedWei } of job.providers) {
    table.push([shortAddress(address), cores, accepted, rejected, howChecked(job, address), glm(earnedWei)])
  }
  return table.toString()
}

/** Each way of checking once, with how often. */
function howChecked({ list }: JobDetail, address: string): string {
  const counts = new Map<string, number>()
  for (const { provider, checked } of list) {
    if (provider === address && checked !== null) counts.set(checked, (counts.get(checked) ?? 0) + 1)
  }
  return [...counts].map(([how, times]) => `${times} x ${plainText(how)}`).join('\n')
}
