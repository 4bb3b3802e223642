import { GolemError } from '@golem/protocol/errors'
import type { JobEvent, JobState } from '../schemas/index.ts'
import type { EndpointSource } from './endpoint.ts'
import { unreachable } from './errors.ts'
import { readEvents } from './event-stream.ts'
import { request } from './request.ts'

export type WatchJobOptions = { signal: AbortSignal }
export type WatchJobSettings = {
  /** How long the daemon may be away (a restart) before watching ends with `API_UNREACHABLE`. */
  patienceMs: number
  /** A stream silent for this long is opened anew; the daemon's heartbeat is every 15 s. */
  silenceMs: number
}

const PAUSE_MS = 250
const ENDED: readonly JobState[] = ['done', 'failed', 'cancelled']

export const isEnded = (state: JobState): boolean => ENDED.includes(state)

/**
 * A job's views as they change, across broken connections and restarts of the daemon, until the job has ended.
 *
 * @throws {GolemError} `JOB_UNKNOWN`, `API_UNREACHABLE`
 * @throws the signal's reason when aborted
 */
export async function* watchJob(
  source: EndpointSource,
  id: string,
  { signal, patienceMs, silenceMs }: WatchJobOptions & WatchJobSettings,
): AsyncGenerator<JobEvent> {
  let lastSeq: number | null = null
  let heardMs = Date.now()
  for (;;) {
    const silence = new AbortController()
    let timer = setTimeout(() => silence.abort(), silenceMs)
    try {
      const response = await request(source, {
        method: 'GET',
        path: `/v1/jobs/${encodeURIComponent(id)}/events`,
        headers: lastSeq === null ? {} : { 'last-event-id': String(lastSeq) },
        signal: AbortSignal.any([signal, silence.signal]),
      })
      if (response.body === null) throw unreachable()
      for await (const data of readEvents(response.body)) {
        clearTimeout(timer)
        timer = setTimeout(() => silence.abort(), silenceMs)
        heardMs = Date.now()
        if (data === '') continue
        const event = JSON.parse(data) as JobEvent
        lastSeq = event.seq
        yield event
        if (isEnded(event.job.state)) return
      }
    } catch (error) {
      signal.throwIfAborted()
      // The daemon's own word is final, and one that never answered is not waited for; whatever else broke may heal.
      if (error instanceof GolemError && error.code !== 'API_UNREACHABLE') throw error
      if (lastSeq === null || Date.now() - heardMs > patienceMs) throw unreachable(error)
    } finally {
      clearTimeout(timer)
    }
    await pause(PAUSE_MS, signal)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
  })
}
