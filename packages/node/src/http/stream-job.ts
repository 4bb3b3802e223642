import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { HttpLogger } from './answer-error.ts'
import type { JobsApi } from './daemon-api.ts'

/** A watcher that hears nothing for three of these takes the connection for dead. */
export const HEARTBEAT_MS = 15_000

type StreamOptions = { id: string; afterSeq: number | null; stopped: AbortSignal }

/** Answers with a job's events as server-sent ones, until the job ends, the watcher goes or the server stops. */
export function streamJob(
  context: Context,
  { daemon, logger }: { daemon: JobsApi; logger: HttpLogger },
  { id, afterSeq, stopped }: StreamOptions,
): Response {
  return streamSSE(context, async (stream) => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    const signal = AbortSignal.any([gone.signal, stopped])
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), HEARTBEAT_MS)
    try {
      for await (const event of daemon.watchJob(id, { afterSeq, signal })) {
        if (signal.aborted) break
        await stream.writeSSE({ id: String(event.seq), data: JSON.stringify(event) })
      }
    } catch (error) {
      // The watcher comes back by itself and then reads what is wrong, as an answer with a status.
      if (!signal.aborted) logger.error({ err: error, job: id }, 'a live stream broke off')
    } finally {
      clearInterval(heartbeat)
    }
  })
}
