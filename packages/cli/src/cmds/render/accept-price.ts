import type { Job } from '@golem/api'
import { parseGlm } from '@golem/protocol/amount'
import { ask } from '../../ask.ts'
import type { Io } from '../../io.ts'
import { glm } from '../../views/format-amounts.ts'

/** The budget that the person accepts (null: the estimate's own bound), or `no`. */
export async function acceptPrice(io: Io, job: Job): Promise<{ budgetWei: string | null } | 'no'> {
  const price = job.estimateWei === null ? 'unknown' : glm(job.estimateWei)
  io.stdout.write(`${riskWords(job)}\n`)
  for (;;) {
    const answer = await ask(io, `The estimate is ${price}. Start? [Y/n, or a budget in GLM] `)
    const word = answer?.trim().toLowerCase()
    if (word === undefined || ['n', 'no'].includes(word)) return 'no'
    if (['', 'y', 'yes'].includes(word)) return { budgetWei: null }
    try {
      return { budgetWei: parseGlm(word).toString() }
    } catch {
      io.stdout.write('Answer with y, n, or an amount such as 2.\n')
    }
  }
}

/** What can be lost to providers, whatever is checked. */
export function riskWords({ paidBeforeWei }: Pick<Job, 'paidBeforeWei'>): string {
  const paid = 'A provider is paid for a subtask after its check'
  if (paidBeforeWei === null || paidBeforeWei === '0') return `${paid}, and nothing before.`
  return `${paid}; one that this node knows may be paid before, and could run away with ${glm(paidBeforeWei)} at most.`
}
