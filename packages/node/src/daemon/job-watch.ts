import type { Job, JobEvent } from '@golem/api'
import { isEnded } from '@golem/api/client'
import type { WatchOptions } from '../http/index.ts'
import { pause } from '../pause.ts'

/** Views of one job are sent at most so often: a terminal shows no more. */
const INTERVAL_MS = 100

/** Live views of jobs, numbered; a watcher that falls behind skips to the newest. */
export type JobWatch = {
  changed(jobId: string): void
  watch(view: () => Job, jobId: string, options: WatchOptions): AsyncIterable<JobEvent>
}

export function createJobWatch(): JobWatch {
  const sequences = new Map<string, number>()
  const waiters = new Map<string, Set<() => void>>()
  return {
    changed: (jobId) => {
      sequences.set(jobId, (sequences.get(jobId) ?? 0) + 1)
      for (const wake of waiters.get(jobId) ?? []) wake()
    },
    watch: async function* (view, jobId, { afterSeq, signal }) {
      let seen = afterSeq
      while (!signal.aborted) {
        const seq = sequences.get(jobId) ?? 0
        const job = view()
        if (seq !== seen) {
          seen = seq
          yield { seq, job }
        }
        if (isEnded(job.state) && (sequences.get(jobId) ?? 0) === seen) return
        await changedAfter(seen, jobId, signal)
        await pause(INTERVAL_MS, signal)
      }
    },
  }

  async function changedAfter(seen: number, jobId: string, signal: AbortSignal): Promise<void> {
    if ((sequences.get(jobId) ?? 0) !== seen) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const group = waiters.get(jobId) ?? new Set()
    waiters.set(jobId, group.add(resolve))
    const leave = () => resolve()
    signal.addEventListener('abort', leave, { once: true })
    await promise
    signal.removeEventListener('abort', leave)
    group.delete(resolve)
    if (group.size === 0) waiters.delete(jobId)
  }
}
