import type { Channel, Clock } from '@golem/ports'
import { encodeJson, type ProviderMessage } from '@golem/protocol'
import { LIMITS } from './limits.ts'

/** A peer has so long to take the last words, and then to close its side. */
const GOODBYE_MS = 1_000

/** What is said on one stream, in order, as fast as the peer reads. */
export type Outbox = {
  readonly channel: Channel
  /** Says it; where too much waits already, the stream is broken off. */
  post(message: ProviderMessage): void
  /** Says it where nothing waits: news that the next one replaces. */
  hint(message: ProviderMessage): void
  /** Says what waits, then closes; a peer that does not follow is cut off. Resolves when all was said. */
  goodbye(): Promise<void>
  /** The stream has ended. */
  end(): void
}

export function createOutbox(channel: Channel, clock: Clock): Outbox {
  const encoder = new TextEncoder()
  const ended = new AbortController()
  const queue: ProviderMessage[] = []
  let sending: Promise<void> | null = null

  const drain = async (): Promise<void> => {
    try {
      for (let message = queue[0]; message !== undefined; message = queue[0]) {
        await channel.send(encoder.encode(encodeJson(message)))
        queue.shift()
      }
    } catch {
      // The reader of the same stream learns that it broke, and why.
      queue.length = 0
    } finally {
      sending = null
    }
  }
  const post = (message: ProviderMessage): void => {
    if (queue.length >= LIMITS.outbox) channel.abort()
    else queue.push(message)
    sending ??= drain()
  }

  return {
    channel,
    post,
    hint: (message) => {
      if (queue.length === 0) post(message)
    },
    goodbye: async () => {
      clock.sleep(GOODBYE_MS, { signal: ended.signal }).then(
        () => channel.abort(),
        () => {},
      )
      await sending
      await channel.close().catch(() => {})
    },
    end: () => ended.abort(),
  }
}
