import type { Network } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import {
  type GossipSub,
  type GossipsubMessage,
  type GossipsubOpts,
  type TopicValidatorFn,
  TopicValidatorResult,
} from '@libp2p/gossipsub'
import type { Order } from './conduct/keep-order.ts'
import { peerOf } from './identity.ts'
import { GOSSIP_BUCKETS, GOSSIP_MESSAGE_BYTES, GOSSIP_PER_AUTHOR, GOSSIP_PER_NEIGHBOUR } from './limits.ts'
import type { NetworkLogger } from './logger.ts'
import { createRateLimit } from './rate-limit.ts'

/**
 * Own messages go to every subscribed neighbour at once (`floodPublish`): the mesh takes seconds to form, and in a small
 * grid everybody is a neighbour. Farther peers are reached through the mesh. Who joins later does not hear of it: a demand
 * has to be repeated.
 */
export const GOSSIP_OPTIONS: Partial<GossipsubOpts> = {
  emitSelf: false,
  floodPublish: true,
  batchPublish: true,
  allowPublishToZeroTopicPeers: true,
  fallbackToFloodsub: false,
  globalSignaturePolicy: 'StrictSign',
  heartbeatInterval: 1_000,
  maxInboundStreams: 4,
  maxOutboundStreams: 4,
  maxInboundDataLength: 8 * GOSSIP_MESSAGE_BYTES,
  maxOutboundBufferSize: 64 * GOSSIP_MESSAGE_BYTES,
  maxTopicBytesPerPeer: 64 * 1024,
  decodeRpcLimits: {
    maxSubscriptions: 128,
    maxMessages: 128,
    maxIhaveMessageIDs: 1_000,
    maxIwantMessageIDs: 1_000,
    maxIdontwantMessageIDs: 512,
    maxControlMessages: 128,
    maxPeerInfos: 16,
  },
  // many nodes of one machine share its loopback address; anywhere else more than ten peers of one address are suspect
  scoreParams: { IPColocationFactorWhitelist: new Set(['127.0.0.1', '::1']) },
}

type Handler = Parameters<Network['subscribe']>[1]

export type Gossip = Pick<Network, 'publish' | 'subscribe'> & { stop(): void }

/** Topics over gossipsub, with a limit for what each author and each neighbour may say. */
export function createGossip(
  { pubsub, logger, order }: { pubsub: GossipSub; logger: NetworkLogger; order: Order },
  options: { relay: readonly string[] },
): Gossip {
  const handlers = new Map<string, Set<Handler>>()
  const limit = { maxKeys: GOSSIP_BUCKETS, now: () => performance.now() }
  const authorMaySpeak = createRateLimit(GOSSIP_PER_AUTHOR, limit)
  const neighbourMaySpeak = createRateLimit(GOSSIP_PER_NEIGHBOUR, limit)

  const validate: TopicValidatorFn = (neighbour, message) => {
    if (message.type !== 'signed' || message.data.length > GOSSIP_MESSAGE_BYTES || peerOf(message.from) === null) {
      return TopicValidatorResult.Reject
    }
    const mayHandOver = neighbourMaySpeak(neighbour.toString())
    if (!mayHandOver) order.blame(neighbour.toString(), 'flood')
    const allowed = mayHandOver && authorMaySpeak(message.from.toString())
    if (!allowed) logger.debug({ author: message.from.toString() }, 'gossip beyond its rate dropped')
    return allowed ? TopicValidatorResult.Accept : TopicValidatorResult.Ignore
  }

  const onMessage = ({ detail: { msg } }: CustomEvent<GossipsubMessage>): void => {
    if (msg.type !== 'signed') return
    const from = peerOf(msg.from)
    if (from === null) return
    for (const handler of handlers.get(msg.topic) ?? []) {
      try {
        handler(from, msg.data)
      } catch (error) {
        logger.warn({ topic: msg.topic, from: from.address, error: String(error) }, 'a gossip handler failed')
      }
    }
  }
  pubsub.addEventListener('gossipsub:message', onMessage)

  const gossip: Gossip = {
    async publish(topic, message) {
      if (message.length > GOSSIP_MESSAGE_BYTES) {
        throw new GolemError({
          code: 'MESSAGE_TOO_LARGE',
          message: `A message of ${message.length} bytes cannot be gossiped; the limit is ${GOSSIP_MESSAGE_BYTES}.`,
          data: { bytes: message.length, limit: GOSSIP_MESSAGE_BYTES },
        })
      }
      await pubsub.publish(topic, message)
    },
    subscribe(topic, handler) {
      // a function of its own, so that one handler may subscribe twice
      const entry: Handler = (from, message) => handler(from, message)
      const here = handlers.get(topic) ?? new Set()
      here.add(entry)
      if (here.size === 1) {
        handlers.set(topic, here)
        pubsub.topicValidators.set(topic, validate)
        pubsub.subscribe(topic)
      }
      return () => {
        if (!here.delete(entry) || here.size > 0) return
        handlers.delete(topic)
        pubsub.topicValidators.delete(topic)
        pubsub.unsubscribe(topic)
      }
    },
    stop() {
      handlers.clear()
      pubsub.removeEventListener('gossipsub:message', onMessage)
    },
  }
  // a node passes on only what it subscribed to itself
  for (const topic of options.relay) gossip.subscribe(topic, () => {})
  return gossip
}
