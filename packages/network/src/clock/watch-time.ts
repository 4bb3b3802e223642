import type { Network, Peer } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import type { IdentifyResult, PeerId } from '@libp2p/interface'
import type { GolemNode } from '../golem-node.ts'
import type { NetworkLogger } from '../logger.ts'
import { agreeOnTime, MAX_CORRECTION_MS } from './agree-on-time.ts'

/** Whoever opens it is told the time, in one message: milliseconds since 1970, as decimal text. */
export const TIME_PROTOCOL = '/golem/time/1.0.0'

const options = { maxMessageBytes: 32 }
const ASK_TIMEOUT_MS = 5_000
/** A slower answer says too little. */
const MAX_ROUND_TRIP_MS = 5_000
/** Peers whose clocks are compared. */
const MAX_ASKED = 32
const STEADY_MS = 5_000
const REPEAT_MS = 10 * 60_000

export type TimeWatch = {
  /** What to add to this machine's clock. */
  correctionMs(): number
  /** By how much most clocks are ahead of this machine's, corrected or not. */
  offsetMs(): number
  stop(): void
}

/**
 * Compares this machine's clock with those of its peers. A wrong clock would make every demand look expired, and every
 * offer of this node come from the future.
 */
export function watchTime(
  { node, network, logger }: { node: GolemNode; network: Network; logger: NetworkLogger },
  /** This machine's own clock, uncorrected: corrected ones would correct one another. */
  now: () => number = Date.now,
): TimeWatch {
  const offsets = new Map<string, number>()
  const stopped = new AbortController()
  /** What was agreed on last: it holds while nobody is there to say otherwise. */
  let offsetMs = 0

  const compare = async (peer: Peer): Promise<void> => {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(ASK_TIMEOUT_MS)])
    try {
      const channel = await network.open({ peerId: peer.peerId, addresses: [] }, TIME_PROTOCOL, { ...options, signal })
      const giveUp = () => channel.abort()
      signal.addEventListener('abort', giveUp)
      const askedMs = now()
      for await (const message of channel.messages) {
        const roundTripMs = now() - askedMs
        if (roundTripMs <= MAX_ROUND_TRIP_MS) offsets.set(peer.peerId, readTime(message) - askedMs - roundTripMs / 2)
        break
      }
      signal.removeEventListener('abort', giveUp)
      await channel.close()
    } catch (error) {
      logger.debug({ peer: peer.address, error: String(error) }, 'a peer did not tell the time')
    }
    settle()
  }

  const settle = (): void => {
    const agreedMs = agreeOnTime([...offsets.values()])
    // each measurement differs a little, and time had better not jump
    if (agreedMs === null || Math.abs(agreedMs - offsetMs) < STEADY_MS) return
    offsetMs = Math.round(agreedMs)
    logger.warn({ offsetMs, peers: offsets.size }, "most peers' clocks differ from this machine's")
  }

  const onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => {
    const peerId = detail.peerId.toString()
    const peer = network.peers().find((connected) => connected.peerId === peerId)
    if (peer === undefined || offsets.has(peerId) || offsets.size >= MAX_ASKED) return
    if (detail.protocols.includes(TIME_PROTOCOL)) void compare(peer)
  }
  const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => void offsets.delete(detail.toString())
  const repeat = setInterval(() => {
    for (const peer of network.peers()) if (offsets.has(peer.peerId)) void compare(peer)
  }, REPEAT_MS)
  node.addEventListener('peer:identify', onIdentify)
  node.addEventListener('peer:disconnect', onDisconnect)
  const stopServing = network.handle(TIME_PROTOCOL, options, (channel) =>
    channel.send(new TextEncoder().encode(String(now()))),
  )

  return {
    correctionMs: () => (Math.abs(offsetMs) <= MAX_CORRECTION_MS ? offsetMs : 0),
    offsetMs: () => offsetMs,
    stop() {
      stopped.abort()
      clearInterval(repeat)
      stopServing()
      node.removeEventListener('peer:identify', onIdentify)
      node.removeEventListener('peer:disconnect', onDisconnect)
    },
  }
}

/** @throws {GolemError} `TIME_INVALID` */
export function readTime(message: Uint8Array): number {
  const text = new TextDecoder().decode(message)
  if (/^\d{1,16}$/.test(text)) return Number(text)
  throw new GolemError({ code: 'TIME_INVALID', message: 'The peer told no time.', peerPolicy: 'penalise' })
}
