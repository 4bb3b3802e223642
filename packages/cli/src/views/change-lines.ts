import type { Job } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { glm } from './format-amounts.ts'
import { costWords, doneWords, etaWords, joinWords } from './job-words.ts'
import { plainText } from './plain-text.ts'
import { shortAddress } from './short-address.ts'

/** What changed from one view of a job to the next, for outputs that cannot be redrawn: few lines, each once. */
export function changeLines(before: Job | null, job: Job): string[] {
  const lines: string[] = []
  if (before === null) lines.push(`job ${job.id}: ${plainText(job.title)}`)
  lines.push(...summaryLines(before, job))
  if (job.estimateWei !== null && job.estimateWei !== before?.estimateWei)
    lines.push(`estimate ${glm(job.estimateWei)}`)
  const moved = job.state !== before?.state
  if (moved && !isEnded(job.state)) lines.push(job.state)
  if (job.waiting !== null && job.waiting !== before?.waiting) lines.push(`waiting: ${plainText(job.waiting)}`)

  const known = new Map(before?.providers.map((provider) => [provider.address, provider.state]))
  for (const { address, state, doing, cores } of job.providers) {
    const name = `provider ${shortAddress(address)}`
    if (!known.has(address)) lines.push(`${name}: ${cores} ${cores === 1 ? 'core' : 'cores'}`)
    else if (known.get(address) !== state && (state === 'silent' || state === 'excluded'))
      lines.push(`${name}: ${state}, ${plainText(doing)}`)
  }
  lines.push(...rejectionLines(before, job), ...failureLines(before, job))
  if (job.groups.done > (before?.groups.done ?? 0)) {
    lines.push(joinWords([doneWords(job), `cost ${costWords(job)}`, etaWords(job)]))
  }
  if (moved && isEnded(job.state)) lines.push(job.state)
  return lines
}

/** What inspection has found since. */
export const summaryLines = (before: Job | null, job: Job): string[] =>
  job.summary.slice(before?.summary.length ?? 0).map(plainText)

/** Work that was refused since, with the reason. */
export const rejectionLines = (before: Job | null, job: Job): string[] =>
  job.rejections.slice(before?.rejections.length ?? 0).map(rejectionLine)

/** Attempts that came to nothing since. */
export const failureLines = (before: Job | null, job: Job): string[] =>
  job.failures.slice(before?.failures.length ?? 0).map(failureLine)

export const failureLine = ({ subtask, provider, message }: Job['failures'][number]): string =>
  `failed ${subtask} at ${shortAddress(provider)}: ${plainText(message)}`

export const rejectionLine = ({ subtask, provider, message }: Job['rejections'][number]): string =>
  `rejected ${subtask} of ${shortAddress(provider)}: ${plainText(message)}`
