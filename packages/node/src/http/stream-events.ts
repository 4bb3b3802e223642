import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Sessions } from '../app/sessions.ts'
import type { HttpLogger } from './answer-error.ts'

/** A watcher that hears nothing for three of these takes the connection for dead. */
export const HEARTBEAT_MS = 15_000

type Streamed<Event> = {
  events: (signal: AbortSignal) => AsyncIterable<Event>
  idOf: (event: Event) => string
  /** Ends the stream. */
  stopped: AbortSignal
  sessions: Pick<Sessions, 'untilCleared'>
  logger: HttpLogger
}

/**
 * Answers with server-sent events, until there are no more, the watcher goes, the server stops or its owner has all
 * browsers leave: who may watch comes back by itself.
 */
export function streamEvents<Event>(
  context: Context,
  { events, idOf, stopped, sessions, logger }: Streamed<Event>,
): Response {
  return streamSSE(context, async (stream) => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    const signal = AbortSignal.any([gone.signal, stopped, sessions.untilCleared()])
    const heartbeat = setInterval(() => void stream.write(': still here\n\n'), HEARTBEAT_MS)
    try {
      for await (const event of events(signal)) {
        if (signal.aborted) break
        await stream.writeSSE({ id: idOf(event), data: JSON.stringify(event) })
      }
    } catch (error) {
      // The watcher comes back by itself and then reads what is wrong, as an answer with a status.
      if (!signal.aborted) logger.error({ err: error, path: context.req.path }, 'a live stream broke off')
    } finally {
      clearInterval(heartbeat)
    }
  })
}
