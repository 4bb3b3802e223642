import { parseGlm, priceOf } from '@golem/protocol'
import { vi } from 'vitest'
import type { JobView, Requestor } from '../../src/requestor/index.ts'
import type { Node } from '../grid.ts'

/** What an honest provider takes for one square. */
export const FAIR_PRICE = priceOf(1_000_000, parseGlm('0.1'))

/** Begins a job: the squares of 1 to `count`. */
export function begin(requestor: Requestor, node: Node, count: number, over = {}): Promise<JobView> {
  node.disk.set('/home/count', new TextEncoder().encode(String(count)))
  return requestor.create({
    app: 'squares',
    parameters: { file: '/home/count' },
    outDir: '/home/out',
    budgetWei: 100n * FAIR_PRICE,
    deadlineMs: 3_600_000,
    confirm: false,
    offerTimeoutMs: 10_000,
    ...over,
  })
}

export const until = (
  requestor: Requestor,
  id: string,
  holds: (view: JobView) => boolean,
  timeout = 45_000,
): Promise<JobView> =>
  vi.waitUntil(() => (holds(requestor.job(id)) ? requestor.job(id) : null), { timeout, interval: 5 })

export const ended = (requestor: Requestor, id: string, timeout?: number): Promise<JobView> =>
  until(requestor, id, (view) => view.finishedAtMs !== null, timeout)
