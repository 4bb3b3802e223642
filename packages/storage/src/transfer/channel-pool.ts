import type { Channel, Network } from '@golem/ports'
import type { PeerContact } from '@golem/protocol'
import { FETCHES_PER_PEER, IDLE_CHANNEL_MS } from '../limits.ts'
import { CONTENT_PROTOCOL, MAX_ANSWER_BYTES } from './messages.ts'

/** A channel and its one reader, which go through many transfers together. */
export type Line = { channel: Channel; answers: AsyncIterator<Uint8Array>; isFresh: boolean }

/** Channels that wait a while for their next transfer: opening one costs as much as fetching a small file over it. */
export type ChannelPool = {
  /** @throws {GolemError} `PEER_UNREACHABLE` */
  take(source: PeerContact, signal: AbortSignal): Promise<Line>
  /** Only a line that has been told the end of all it asked for. */
  giveBack(source: PeerContact, line: Line): void
  /** Closes those that wait, and those given back later. Idempotent. */
  stop(): Promise<void>
}

export function channelPool(network: Network, { idleMs = IDLE_CHANNEL_MS }: { idleMs?: number } = {}): ChannelPool {
  const idle = new Map<string, Map<Line, ReturnType<typeof setTimeout>>>()
  let hasStopped = false

  const drop = async (peerId: string, line: Line): Promise<void> => {
    const lines = idle.get(peerId)
    clearTimeout(lines?.get(line))
    lines?.delete(line)
    if (lines?.size === 0) idle.delete(peerId)
    await line.channel.close().catch(() => line.channel.abort())
  }

  return {
    take: async (source, signal) => {
      const lines = idle.get(source.peerId)
      const [waiting] = lines?.keys() ?? []
      if (waiting !== undefined) {
        clearTimeout(lines?.get(waiting))
        lines?.delete(waiting)
        return { ...waiting, isFresh: false }
      }
      const channel = await network.open(source, CONTENT_PROTOCOL, { maxMessageBytes: MAX_ANSWER_BYTES, signal })
      return { channel, answers: channel.messages[Symbol.asyncIterator](), isFresh: true }
    },
    giveBack: ({ peerId }, line) => {
      const lines = idle.get(peerId) ?? new Map<Line, ReturnType<typeof setTimeout>>()
      idle.set(peerId, lines)
      const timer = setTimeout(() => void drop(peerId, line), idleMs)
      lines.set(line, timer)
      if (hasStopped || lines.size > FETCHES_PER_PEER) void drop(peerId, line)
    },
    stop: async () => {
      hasStopped = true
      await Promise.all([...idle].flatMap(([peerId, lines]) => [...lines.keys()].map((line) => drop(peerId, line))))
    },
  }
}
