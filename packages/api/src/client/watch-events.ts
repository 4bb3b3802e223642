import { GolemError } from '@golem/protocol/errors'
import type { EndpointSource } from './endpoint.ts'
import { unreachable } from './errors.ts'
import { readEvents } from './event-stream.ts'
import { pause } from './pause.ts'
import { request } from './request.ts'

export type WatchOptions = {
  signal: AbortSignal
  /** Called where the stream broke off, before it is opened anew. */
  onLost?: () => void
}
export type WatchSettings = {
  /** How long the daemon may be away (a restart) before watching ends with `API_UNREACHABLE`. */
  patienceMs: number
  /** A stream silent for this long is opened anew; the daemon's heartbeat is every 15 s. */
  silenceMs: number
}

export type Watched<Event> = {
  path: string
  /** Where a stream goes on that breaks off after this one. */
  idOf: (event: Event) => string
  isLast: (event: Event) => boolean
}

const PAUSE_MS = 250

/**
 * Server-sent events, across broken connections and restarts of the daemon, until the last one.
 *
 * @throws {GolemError} `API_UNREACHABLE`, and what the daemon refuses it with
 * @throws the signal's reason when aborted
 */
export async function* watchEvents<Event>(
  source: EndpointSource,
  { path, idOf, isLast }: Watched<Event>,
  { signal, onLost, patienceMs, silenceMs }: WatchOptions & WatchSettings,
): AsyncGenerator<Event> {
  let lastId: string | null = null
  let heardMs = Date.now()
  for (;;) {
    const silence = new AbortController()
    let timer = setTimeout(() => silence.abort(), silenceMs)
    try {
      const response = await request(source, {
        method: 'GET',
        path,
        headers: lastId === null ? {} : { 'last-event-id': lastId },
        signal: AbortSignal.any([signal, silence.signal]),
      })
      if (response.body === null) throw unreachable()
      for await (const data of readEvents(response.body)) {
        clearTimeout(timer)
        timer = setTimeout(() => silence.abort(), silenceMs)
        heardMs = Date.now()
        if (data === '') continue
        const event = JSON.parse(data) as Event
        lastId = idOf(event)
        yield event
        if (isLast(event)) return
      }
    } catch (error) {
      signal.throwIfAborted()
      // The daemon's own word is final, and one that never answered is not waited for; whatever else broke may heal.
      if (error instanceof GolemError && error.code !== 'API_UNREACHABLE') throw error
      if (lastId === null || Date.now() - heardMs > patienceMs) throw unreachable(error)
    } finally {
      clearTimeout(timer)
    }
    onLost?.()
    await pause(PAUSE_MS, signal)
  }
}
