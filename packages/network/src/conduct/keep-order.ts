import type { PeerFault } from '@golem/ports'
import type { PeerId } from '@libp2p/interface'
import type { OwnedChannel } from '../channel.ts'
import type { GolemNode } from '../golem-node.ts'
import {
  FLOOD_MS,
  HELD_BYTES,
  HELD_BYTES_PER_PEER,
  MESSAGES_PER_PEER,
  PACED_PEERS,
  STREAMS_PER_PEER,
} from '../limits.ts'
import type { NetworkLogger } from '../logger.ts'
import { createPace } from '../pace.ts'
import { chooseHeaviest } from './choose-heaviest.ts'
import { createConduct } from './conduct.ts'

const LOOK_EVERY_MS = 1_000

export type Order = {
  blame(peerId: string, fault: PeerFault): void
  isBarred(id: PeerId): boolean
  /** How long to hold a peer back after so many more messages, in milliseconds. */
  paceMessages(peerId: string, count: number): number
  /** How long a stream that a peer opened has to wait, in milliseconds. */
  paceStream(peerId: string): number
  /** Counts what a channel holds unread, until it is closed. */
  watch(channel: OwnedChannel): () => void
  /** From here on, who is dropped loses his connections. */
  begin(node: GolemNode): void
  stop(): void
}

/** Slows down, and then drops, peers that flood, lie or stall; bounds what lies unread of them. */
export function keepOrder({ logger }: { logger: NetworkLogger }): Order {
  const now = () => performance.now()
  const conduct = createConduct({ now })
  const messages = createPace(MESSAGES_PER_PEER, { maxKeys: PACED_PEERS, now })
  const streams = createPace(STREAMS_PER_PEER, { maxKeys: PACED_PEERS, now })
  const watched = new Set<OwnedChannel>()
  let node: GolemNode | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  const blame = (peerId: string, fault: PeerFault): void => {
    const isDropped = conduct.blame(peerId, fault)
    logger.debug({ peer: peerId, fault }, 'a peer broke the rules')
    if (!isDropped) return
    logger.info({ peer: peerId, fault }, 'a peer that broke the rules too often is left alone')
    for (const connection of node?.getConnections() ?? []) {
      if (connection.remotePeer.toString() === peerId) connection.abort(new Error('this peer broke the rules'))
    }
  }

  const look = (): void => {
    const held = new Map<string, number>()
    for (const channel of watched) {
      const bytes = channel.heldBytes()
      if (bytes > 0) held.set(channel.peer.peerId, (held.get(channel.peer.peerId) ?? 0) + bytes)
    }
    for (const peerId of chooseHeaviest(held, { each: HELD_BYTES_PER_PEER, all: HELD_BYTES })) {
      logger.warn(
        { peer: peerId, bytes: held.get(peerId) },
        'too much of a peer lies unread; its streams are broken off',
      )
      for (const channel of watched) if (channel.peer.peerId === peerId) channel.abort()
      blame(peerId, 'flood')
    }
  }

  const paced = (peerId: string, waitMs: number): number => {
    if (waitMs > FLOOD_MS) blame(peerId, 'flood')
    return Math.min(waitMs, 2 * FLOOD_MS)
  }

  return {
    blame,
    isBarred: (id) => conduct.isBarred(id.toString()),
    paceMessages: (peerId, count) => paced(peerId, messages(peerId, count)),
    paceStream: (peerId) => paced(peerId, streams(peerId, 1)) + conduct.slowMs(peerId),
    watch(channel) {
      watched.add(channel)
      timer ??= setInterval(look, LOOK_EVERY_MS)
      return () => {
        watched.delete(channel)
        if (watched.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
    begin(started) {
      node = started
    },
    stop() {
      clearInterval(timer)
      watched.clear()
    },
  }
}
