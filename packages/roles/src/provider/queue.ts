import type { Assignment, Cid, Wei } from '@golem/protocol'
import type { Agreement, Subtask } from './agreements.ts'

/** A subtask on its way. */
export type Job = {
  readonly agreement: Agreement
  readonly subtask: Subtask
  readonly assignment: Assignment
  /** null until its inputs are here. */
  inputs: { cid: Cid; path: string } | null
  /** As its program says: 0 to 1, and at what it is. */
  doneShare: number
  note: string
}

/** Subtasks that wait for a core, by agreement. */
export type Queue = {
  add(job: Job): void
  /** False where it does not wait, or not any more. */
  delete(job: Job): boolean
  /** Those of one agreement, or all: with inputs or without. */
  jobs(agreement?: Agreement): Job[]
  count(agreement: Agreement): number
  /** Prices of those of one agreement. */
  priceWei(agreement: Agreement): Wei
  /** How many could start, by agreement, and which is the first. */
  ready(): { agreement: Agreement; count: number; first: Job | null }[]
  /** Its inputs are here. Does nothing where it waits no more. */
  setReady(job: Job, inputs: { cid: Cid; path: string }): void
  /** Takes those that come first, all with the same inputs, as long as `takes` says so; at least one. */
  take(agreement: Agreement, takes: (job: Job, taken: readonly Job[]) => boolean): Job[]
  clear(): void
}

type Line = { laying: Set<Job>; ready: Set<Job>; priceWei: Wei }

export function createQueue(): Queue {
  const lines = new Map<Agreement, Line>()

  const lineOf = (agreement: Agreement): Line => {
    const line = lines.get(agreement) ?? { laying: new Set(), ready: new Set(), priceWei: 0n }
    lines.set(agreement, line)
    return line
  }
  const remove = (job: Job): boolean => {
    const line = lines.get(job.agreement)
    if (line === undefined) return false
    const wasThere = line.ready.delete(job) || line.laying.delete(job)
    if (wasThere) line.priceWei -= job.subtask.priceWei
    if (line.ready.size + line.laying.size === 0) lines.delete(job.agreement)
    return wasThere
  }

  return {
    add: (job) => {
      const line = lineOf(job.agreement)
      ;(job.inputs === null ? line.laying : line.ready).add(job)
      line.priceWei += job.subtask.priceWei
    },
    delete: remove,
    jobs: (agreement) =>
      [...lines]
        .filter(([each]) => agreement === undefined || each === agreement)
        .flatMap(([, { ready, laying }]) => [...ready, ...laying]),
    count: (agreement) => {
      const line = lines.get(agreement)
      return line === undefined ? 0 : line.ready.size + line.laying.size
    },
    priceWei: (agreement) => lines.get(agreement)?.priceWei ?? 0n,
    ready: () =>
      [...lines].map(([agreement, { ready }]) => {
        const [first = null] = ready
        return { agreement, count: ready.size, first }
      }),
    setReady: (job, inputs) => {
      const line = lines.get(job.agreement)
      if (!line?.laying.delete(job)) return
      job.inputs = inputs
      line.ready.add(job)
    },
    take: (agreement, takes) => {
      const taken: Job[] = []
      for (const job of lines.get(agreement)?.ready ?? []) {
        const [first] = taken
        if (first !== undefined && (job.inputs?.cid !== first.inputs?.cid || !takes(job, taken))) break
        taken.push(job)
      }
      for (const job of taken) remove(job)
      return taken
    },
    clear: () => lines.clear(),
  }
}
