import type { Job, JobProvider } from '@golem/api'
import { isEnded } from '@golem/api/client'
import type { Colors } from 'picocolors/types.js'
import { align } from './align.ts'
import { glm } from './format-amounts.ts'
import { costWords, doneWords, etaWords, joinWords } from './job-words.ts'
import { plainText } from './plain-text.ts'
import { shortAddress } from './short-address.ts'

export type ProgressOptions = { columns: number; colors: Colors }

const BAR_CELLS = 24
/** Providers beyond these are counted, not listed: the view has to fit on a screen. */
const PROVIDER_LINES = 12

/** A job's live view, redrawn in place. */
export function progressLines(job: Job, { columns, colors }: ProgressOptions): string[] {
  const fit = (line: string) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)
  const { dim, bold, yellow, cyan } = colors
  const lines = [`${bold(fit(plainText(job.title)))} ${dim(job.state)}`]
  if (job.subtasks.total > 0) {
    const numbers = joinWords([doneWords(job), etaWords(job)])
    lines.push(`${cyan(bar(job))} ${numbers}`)
  }
  const rejected = job.subtasks.rejected === 0 ? '' : `, ${job.subtasks.rejected} rejected`
  lines.push(`cost ${costWords(job)}${estimate(job)}${rejected}`)
  if (job.waiting !== null && !isEnded(job.state)) lines.push(yellow(fit(`waiting: ${plainText(job.waiting)}`)))
  const rows = job.providers.slice(0, PROVIDER_LINES).map(providerCells)
  const unlisted = job.providers.length - rows.length
  if (rows.length > 0)
    lines.push(
      ...align(rows)
        .split('\n')
        .map((line) => fit(`  ${line}`)),
    )
  if (unlisted > 0) lines.push(dim(`  and ${unlisted} more providers`))
  return lines
}

function bar({ subtasks: { accepted, total } }: Job): string {
  const full = Math.floor((accepted / total) * BAR_CELLS)
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full)
}

const estimate = ({ estimateWei, budgetWei }: Job): string =>
  estimateWei === null || estimateWei === budgetWei ? '' : ` (estimate ${glm(estimateWei)})`

const providerCells = ({ address, cores, state, doing }: JobProvider): string[] => [
  shortAddress(address),
  `${cores} ${cores === 1 ? 'core' : 'cores'}`,
  state,
  plainText(doing),
]
