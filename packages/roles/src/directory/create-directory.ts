import type { Channel, Clock, Network, Peer } from '@golem/ports'
import {
  type Bytes32,
  type Cid,
  DEMAND_PROTOCOL,
  DIRECTORY_PROTOCOL,
  type DirectoryReply,
  type DirectoryRequest,
  directoryReply,
  directoryRequest,
  encodeJson,
  isMembershipSigned,
  MESSAGE_LIMIT_BYTES,
  type Membership,
  type PeerContact,
  placeOfDemand,
  placeOfPeer,
  placeText,
  type RecoverSigner,
  type Signer,
  signMembership,
} from '@golem/protocol'
import { askOnce } from '../ask-once.ts'
import type { Logger } from '../logger.ts'
import { createRate, type Rate } from '../rate.ts'
import { readMessage } from '../read-message.ts'
import { type AnnounceOptions, createDirectoryNode } from './directory-node.ts'
import { createSweep } from './sweep.ts'

/** A membership is said again this often, and believed for twice as long. */
const ANNOUNCE_MS = 5 * 60_000
/** Whoever gets another address, or a place at a relay, says it again after so long. */
const ADDRESSES_MS = 2_000
/** Peers that connect one after the other are told together. */
const GATHER_MS = 100
const ASK_TIMEOUT_MS = 3_000
const FIRST_LOOK_MS = 1_000
const LOOK_MS = 60_000
const DEMAND_TIMEOUT_MS = 4_000
/** Who has a demand gets it again after this, if all were asked: it may have been busy, or only just have started. */
const DEMAND_AGAIN_MS = 4_000
/** A depth that was learnt is believed for so long. */
const DEPTH_MS = 10 * 60_000
const MAX_DEPTHS = 256
/** Questions of one peer. */
const RATE = { perS: 50, burst: 200 }
const MAX_RATES = 2_048

/** A demand on its way through the directory. */
export type Spread = {
  /**
   * Hands the demand to the next providers that it draws, at most `count`; once it has drawn all, to who came since or
   * has to be asked again.
   *
   * @returns how many have it from this call
   */
  next(demand: Uint8Array, count: number, signal: AbortSignal): Promise<number>
}

/** Where providers of an application are found, without asking everybody. Every node keeps a part of it. */
export type Directory = {
  /** Makes this node known for these applications until the returned function is called. */
  join(manifests: readonly Cid[]): () => void
  spread(demand: { manifest: Cid; id: Bytes32 }): Spread
  /** Who stands under a manifest, nearest to `near` first, at most `count`; each by its own signature. */
  members(manifest: Cid, near: Bytes32, count: number, signal: AbortSignal): Promise<Membership[]>
  stop(): void
}

export type DirectoryComponents = {
  network: Network
  signer: Signer
  clock: Clock
  logger: Logger
  recoverSigner?: RecoverSigner | undefined
}

export function createDirectory({ network, signer, clock, logger, recoverSigner }: DirectoryComponents): Directory {
  const { self } = network
  const stopped = new AbortController()
  const { signal } = stopped
  const contact = () => network.contact()
  const addresses = () => contact().addresses.join()
  const node = createDirectoryNode({
    self,
    contact,
    now: () => clock.now(),
    ask: (to, request, within) => askPeer(network, to, request, within),
  })
  const depths = new Map<Cid, { depth: number; untilMs: number }>()
  const rates = new Map<string, Rate>()
  const members = new Set<() => void>()

  const isTooFast = ({ peerId }: Peer): boolean => {
    const rate = rates.get(peerId) ?? createRate(clock, RATE)
    rates.delete(peerId)
    rates.set(peerId, rate)
    if (rates.size > MAX_RATES) rates.delete(rates.keys().next().value as string)
    return !rate.take()
  }
  const stopAnswering = network.handle(
    DIRECTORY_PROTOCOL,
    { maxMessageBytes: MESSAGE_LIMIT_BYTES },
    async (channel: Channel) => {
      if (isTooFast(channel.peer)) return channel.abort()
      for await (const raw of channel.messages) {
        const isKnown = node.has(channel.peer.peerId)
        const reply = node.handle(channel.peer, readMessage(directoryRequest, raw))
        if (!isKnown) gather()
        await channel.send(encode(reply))
        return
      }
    },
  )

  let gathering = false
  /** New nodes may be the ones that keep this node's shard; a few that come together are looked at together. */
  const gather = () => {
    if (gathering) return
    gathering = true
    clock
      .sleep(GATHER_MS, { signal })
      .then(() => {
        gathering = false
        for (const lookAtHolders of members) lookAtHolders()
      })
      .catch(() => {})
  }
  /** Whoever has just connected is asked for its neighbourhood. */
  const onPeer = (peer: Peer) => {
    const greet = { type: 'find', contact: contact(), near: placeOfPeer(self.peerId) } as const
    askPeer(network, { peerId: peer.peerId, addresses: [] }, greet, signal).then(
      (reply) => {
        for (const each of [reply.contact, ...reply.nodes]) node.learn(each)
        gather()
      },
      (error: unknown) => logger.debug({ peer: peer.address, error: String(error) }, 'a peer keeps no directory'),
    )
  }
  const stopWatching = network.onPeer(onPeer)
  for (const peer of network.peers()) onPeer(peer)
  /** Whoever was too busy to answer, or had not begun to, is asked again, less and less often. */
  const lookAround = async () => {
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(2 * pauseMs, LOOK_MS)) {
      await clock.sleep(pauseMs, { signal })
      for (const peer of network.peers()) if (!node.has(peer.peerId)) onPeer(peer)
      await node.join(signal)
      gather()
    }
  }
  lookAround().catch(() => {})

  const depthOf: typeof node.depthOf = async (manifest, near, within) => {
    const known = depths.get(manifest)
    if (known && known.untilMs > clock.now()) return known.depth
    const depth = await node.depthOf(manifest, near, within)
    depths.delete(manifest)
    if (depth > 0) depths.set(manifest, { depth, untilMs: clock.now() + DEPTH_MS })
    if (depths.size > MAX_DEPTHS) depths.delete(depths.keys().next().value as Cid)
    return depth
  }

  return {
    join(manifests) {
      const left = new AbortController()
      const within = AbortSignal.any([signal, left.signal])
      const wakers = manifests.map((manifest) => keepMember(manifest, within))
      for (const wake of wakers) members.add(wake)
      return () => {
        left.abort()
        for (const wake of wakers) members.delete(wake)
      }
    },
    spread({ manifest, id }) {
      const near = placeOfDemand(manifest, id)
      const sweep = createSweep({ members: node.members, depthOf }, { manifest, near })
      const givenMs = new Map<string, number>()
      const isDue = ({ body }: Membership) =>
        clock.now() - (givenMs.get(body.provider) ?? Number.NEGATIVE_INFINITY) >= DEMAND_AGAIN_MS
      const draw = async (count: number, within: AbortSignal) => {
        const drawn = await sweep.next(count, within)
        if (drawn.length > 0) return drawn.filter(isDue)
        sweep.restart()
        return (await sweep.next(count, within)).filter(isDue)
      }
      return {
        async next(demand, count, within) {
          // A list that somebody keeps may name whom it likes; only those who signed are dialled.
          const drawn = (await draw(count, within)).filter((each) => isMembershipSigned(each, recoverSigner))
          const handed = drawn.map(async ({ body }) => {
            if (!(await give(body.contact, demand, within))) return false
            givenMs.set(body.provider, clock.now())
            return true
          })
          return (await Promise.all(handed)).filter(Boolean).length
        },
      }
    },
    async members(manifest, id, count, within) {
      const sweep = createSweep({ members: node.members, depthOf }, { manifest, near: placeOfDemand(manifest, id) })
      const found = await sweep.next(count, AbortSignal.any([signal, within]))
      return found.filter((each) => each.body.provider !== signer.address && isMembershipSigned(each, recoverSigner))
    },
    stop() {
      stopped.abort()
      stopAnswering()
      stopWatching()
    },
  }

  /** Says again what this node lends, in time and whenever it is woken. Returns what wakes it. */
  function keepMember(manifest: Cid, within: AbortSignal): () => void {
    let depth: number | null = null
    let wake = () => {}
    let isStale = true
    let told = new Set<string>()
    const holders = () => node.holdersOf({ manifest, provider: signer.address, depth: depth ?? 0 })
    const woken = () => {
      if (holders().every((peerId) => told.has(peerId))) return
      isStale = true
      wake()
    }
    const sign: AnnounceOptions['sign'] = (change, { expired }) => {
      const issuedAtMs = clock.now()
      const expiresAtMs = expired ? issuedAtMs : issuedAtMs + 2 * ANNOUNCE_MS
      return signMembership(signer, { provider: signer.address, issuedAtMs, expiresAtMs, ...change })
    }
    const keep = async () => {
      while (!within.aborted) {
        isStale = false
        const said = addresses()
        // Whoever is learnt of meanwhile may not have been told.
        const known = holders()
        await node
          .announce({ manifest, depth, sign, signal: within })
          .then((done) => {
            depth = done.depth
            told = new Set(known)
          })
          .catch((error: unknown) => logger.debug({ manifest, error: String(error) }, 'a membership was not announced'))
        const dueMs = clock.now() + ANNOUNCE_MS
        const sleeping = new AbortController()
        wake = () => sleeping.abort()
        const waiting = { signal: AbortSignal.any([within, sleeping.signal]) }
        while (!isStale && !within.aborted && clock.now() < dueMs && addresses() === said)
          await clock.sleep(ADDRESSES_MS, waiting).catch(() => {})
      }
      // Whoever left by itself says so; whoever stopped whole is found out by who dials it.
      if (depth !== null && !signal.aborted)
        await node.withdraw({ manifest, depth, sign, signal: timely(signal, ASK_TIMEOUT_MS) }).catch(() => {})
    }
    void keep()
    return woken
  }

  async function give(to: PeerContact, demand: Uint8Array, within: AbortSignal): Promise<boolean> {
    if (to.peerId === self.peerId) return false
    try {
      const options = { maxMessageBytes: MESSAGE_LIMIT_BYTES, isBrief: true, signal: timely(within, DEMAND_TIMEOUT_MS) }
      const channel = await network.open(to, DEMAND_PROTOCOL, options)
      await channel.send(demand)
      await channel.close()
      return true
    } catch (error) {
      logger.debug({ peer: to.peerId, error: String(error) }, 'a demand did not arrive')
      return false
    }
  }
}

const timely = (signal: AbortSignal, ms: number) => AbortSignal.any([signal, AbortSignal.timeout(ms)])

const encode = (message: DirectoryRequest | DirectoryReply): Uint8Array => {
  const wire = 'near' in message ? { ...message, near: placeText(message.near) } : message
  return new TextEncoder().encode(encodeJson(wire))
}

const askPeer = (network: Network, to: PeerContact, request: DirectoryRequest, signal: AbortSignal) =>
  askOnce(network, {
    to,
    protocol: DIRECTORY_PROTOCOL,
    request: encode(request),
    reply: directoryReply,
    signal: timely(signal, ASK_TIMEOUT_MS),
  })
