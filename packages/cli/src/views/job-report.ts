import type { Job, JobDetail } from '@golem/api'
import { isEnded } from '@golem/api/client'
import Table from 'cli-table3'
import { failureLine, rejectionLine } from './change-lines.ts'
import { gas, glm } from './format-amounts.ts'
import { formatDuration } from './format-duration.ts'
import { costWords, doneWords, etaWords, joinWords } from './job-words.ts'
import { plainText } from './plain-text.ts'
import { shortAddress } from './short-address.ts'

const FILE_LINES = 8
const MISHAP_LINES = 8

/** Where a job stands, or what came of it: who does what, how it was checked, what it costs, and where the files are. */
export function jobReport(job: JobDetail): string {
  const lines: string[] = []
  if (job.providers.length > 0) lines.push(providerTable(job))
  const done = joinWords([doneWords(job), etaWords(job)])
  lines.push(`${job.state}${done === '' ? '' : `: ${done}`}${tookWords(job)}`)
  if (job.waiting !== null && !isEnded(job.state)) lines.push(`waiting: ${plainText(job.waiting)}`)
  lines.push(`cost ${costWords(job)}, gas ${job.gasUsed} (${gas(job.gasWei)})`)
  if (job.check !== null) lines.push(`checked by ${plainText(job.check)}`)
  lines.push(...limited(job.rejections.map(rejectionLine), MISHAP_LINES, 'rejections'))
  lines.push(...limited(job.failures.map(failureLine), MISHAP_LINES, 'failures'))
  if (job.outputs.length > 0) {
    const files = job.outputs.map((file) => `  ${plainText(file)}`)
    lines.push(`files in ${job.outDir}`, ...limited(files, FILE_LINES, 'files'))
  }
  return lines.join('\n')
}

/** The first of many, and how many others there are. */
function limited(lines: readonly string[], most: number, what: string): string[] {
  const more = lines.length - most
  return more > 0 ? [...lines.slice(0, most), `  and ${more} more ${what}`] : [...lines]
}

function tookWords({ createdAtMs, finishedAtMs }: Job): string {
  return finishedAtMs === null ? '' : ` in ${formatDuration(finishedAtMs - createdAtMs)}`
}

function providerTable(job: JobDetail): string {
  const runs = !isEnded(job.state)
  const style = { head: [], border: [] }
  const head = ['provider', 'cores', 'accepted', 'rejected', 'how checked', 'earned', ...(runs ? ['now'] : [])]
  const table = new Table({ head, style })
  for (const { address, cores, accepted, rejected, earnedWei, state, doing } of job.providers) {
    const now = runs ? [joinWords([state, plainText(doing)], ': ')] : []
    table.push([shortAddress(address), cores, accepted, rejected, howChecked(job, address), glm(earnedWei), ...now])
  }
  return table.toString()
}

/** Each way of checking once, with how often; what stands in brackets is of one check alone. */
function howChecked({ list }: JobDetail, address: string): string {
  const counts = new Map<string, number>()
  for (const { provider, checked } of list) {
    if (provider !== address || checked === null) continue
    const way = plainText(checked.replace(/ \([^)]*\)$/, ''))
    counts.set(way, (counts.get(way) ?? 0) + 1)
  }
  return [...counts].map(([way, times]) => `${times} x ${way}`).join('\n')
}
