import type { Json, Usage } from '@golem/protocol'
import type { CallOptions } from '../serve-client.ts'
import type { Taken } from './programs.ts'
import type { Job } from './queue.ts'

/** What a program said of one subtask: `isEmpty` where it says that it left no files. */
export type Answer = { job: Job; result: Json; isEmpty: boolean; usage: Usage }
export type Failure = { job: Job; error: unknown }

export type Asked = { answers: Answer[]; failures: Failure[] }

type Options = {
  /** Aborted when nobody wants an answer any more: the program is ended then. */
  signal: AbortSignal
  /** How long everything stood still by now. */
  stoodStillMs: () => number
  onProgress: (job: Job, progress: Parameters<NonNullable<CallOptions['onProgress']>>[0]) => void
}

/**
 * Asks a program for some subtasks, all at once; it answers one after another. What they used is metered together and
 * shared out evenly.
 */
export async function askProgram(
  jobs: readonly Job[],
  { program, running: { client, process } }: Taken,
  { signal, stoodStillMs, onProgress }: Options,
): Promise<Asked> {
  const before = await process.usage()
  const stoodBeforeMs = stoodStillMs()
  const answers: Omit<Answer, 'usage'>[] = []
  const failures: Failure[] = []
  await Promise.all(
    jobs.map(async (job) => {
      const { method, params } = job.assignment.request
      const options = {
        signal,
        timeoutMs: program.limits.wallMs,
        onProgress: (progress: { fraction: number; note: string }) => onProgress(job, progress),
      }
      try {
        const asked = { ...asObject(params), outDir: `/out/${job.subtask.index}` }
        const { result, files } = await client.ask(method, asked, options)
        answers.push({ job, result: result as Json, isEmpty: files?.length === 0 })
      } catch (error) {
        failures.push({ job, error })
      }
    }),
  )
  const after = await process.usage()
  const stillMs = stoodStillMs() - stoodBeforeMs
  const share = (used: number): number => Math.max(0, used) / jobs.length
  const usage: Usage = {
    wallMs: share(after.wallMs - before.wallMs - stillMs),
    cpuMs: share(after.cpuMs - before.cpuMs),
    peakMemoryBytes: after.peakMemoryBytes,
    bytesIn: share(after.bytesIn - before.bytesIn),
    bytesOut: share(after.bytesOut - before.bytesOut),
  }
  return { answers: answers.map((answer) => ({ ...answer, usage })), failures }
}

const asObject = (params: unknown): { [key: string]: Json } =>
  typeof params === 'object' && params !== null && !Array.isArray(params) ? (params as { [key: string]: Json }) : {}
