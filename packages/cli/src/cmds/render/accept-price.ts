import type { Job } from '@golem/api'
import { parseGlm } from '@golem/protocol/amount'
import { ask } from '../../ask.ts'
import type { Io } from '../../io.ts'
import { glm } from '../../views/format-amounts.ts'

/** The budget that the person accepts (null: the estimate's own bound), or `no`. */
export async function acceptPrice(io: Io, job: Job): Promise<{ budgetWei: string | null } | 'no'> {
  const price = job.estimateWei === null ? 'unknown' : glm(job.estimateWei)
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
