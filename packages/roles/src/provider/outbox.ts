import type { Channel } from '@golem/ports'
import { encodeJson, type ProviderMessage } from '@golem/protocol'
import { LIMITS } from './options.ts'

/** What is said on one stream, in order, as fast as the peer reads. */
export type Outbox = {
  /** Says it; where too much waits already, the stream is broken off. */
  post(message: ProviderMessage): void
  /** Says it where nothing waits: news that the next one replaces. */
  hint(message: ProviderMessage): void
  /** Resolves when all was taken by the transport, or the stream broke. */
  flushed(): Promise<void>
  readonly channel: Channel
}

export function createOutbox(channel: Channel): Outbox {
  const encoder = new TextEncoder()
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
    flushed: () => sending ?? Promise.resolve(),
  }
}
