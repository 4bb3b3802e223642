import type { Network } from '@golem/ports'
import { GolemError, MESSAGE_LIMIT_BYTES, type PeerContact } from '@golem/protocol'
import type { z } from 'zod'
import { readMessage } from './read-message.ts'

type Question<T> = { to: PeerContact; protocol: string; request: Uint8Array; reply: z.ZodType<T>; signal: AbortSignal }

/**
 * One request and one reply on a stream of its own.
 *
 * @throws {GolemError} `PEER_UNREACHABLE`, `CHANNEL_CLOSED`, `MESSAGE_INVALID`
 */
export async function askOnce<T>(network: Network, { to, protocol, request, reply, signal }: Question<T>): Promise<T> {
  const channel = await network.open(to, protocol, { maxMessageBytes: MESSAGE_LIMIT_BYTES, isBrief: true, signal })
  const giveUp = () => channel.abort()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    await channel.send(request)
    for await (const raw of channel.messages) return readMessage(reply, raw)
    throw new GolemError({ code: 'CHANNEL_CLOSED', message: `The peer ${to.peerId} answered nothing.` })
  } finally {
    signal.removeEventListener('abort', giveUp)
    await channel.close()
  }
}
