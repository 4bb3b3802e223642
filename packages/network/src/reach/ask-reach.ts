import type { Network } from '@golem/ports'
import { decodeReachAnswer, encodeReach, REACH_BYTES, REACH_PROTOCOL, type ReachAnswer } from './reach-messages.ts'

/** Four dials, one after another, and the way there and back. */
const ANSWER_MS = 25_000

/**
 * Asks a connected peer to dial this node back at some addresses; null where it has no time for that.
 *
 * @throws {GolemError} `PEER_UNREACHABLE`, `CHANNEL_CLOSED`, `REACH_INVALID`
 */
export async function askReach(
  network: Network,
  peerId: string,
  { addresses, signal }: { addresses: readonly string[]; signal: AbortSignal },
): Promise<ReachAnswer | null> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
  const channel = await network.open({ peerId, addresses: [] }, REACH_PROTOCOL, {
    maxMessageBytes: REACH_BYTES,
    signal: within,
  })
  const giveUp = () => channel.abort()
  within.addEventListener('abort', giveUp)
  try {
    await channel.send(encodeReach({ addresses: [...addresses] }))
    for await (const message of channel.messages) return decodeReachAnswer(message)
    return null
  } finally {
    within.removeEventListener('abort', giveUp)
    await channel.close()
  }
}
