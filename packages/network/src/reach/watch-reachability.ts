import type { Network } from '@golem/ports'
import type { Connection, IdentifyResult } from '@libp2p/interface'
import { isPrivateIp } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { hostOf, isThroughRelay } from '../addresses.ts'
import type { GolemNode } from '../golem-node.ts'
import type { NetworkLogger } from '../logger.ts'
import { pause } from '../pause.ts'
import { shuffled } from '../shuffled.ts'
import { askReach } from './ask-reach.ts'
import { guessAddresses } from './guess-addresses.ts'
import { judgeReachability, type Reachability } from './judge-reachability.ts'
import { REACH_PROTOCOL } from './reach-messages.ts'

/** Peers asked in one round; one that reached an address is believed, because it proved who answered there. */
const ASKED_PEERS = 3
/** Between rounds in which nothing happened. */
const ROUND_MS = 10 * 60_000
/** Lets the events of one moment become one round, and keeps a busy moment from becoming many. */
const GATHER_MS = 500
/** An address that was announced is taken back when it failed in so many rounds. */
const MAX_FAILED_ROUNDS = 2
/** For libp2p: until it is taken back. */
const CONFIRMED_MS = 365 * 24 * 60 * 60_000

type Try = { reached: boolean; why: string | null; failedRounds: number }

export type ReachWatch = {
  judge(relays: { used: number; inSight: number }): Reachability
  /** Whether others need a relay to reach this node, as far as is known. */
  needsRelay(): boolean
  isDirect(): boolean
  /** Addresses may have changed. */
  lookAgain(): void
  stop(): void
}

export type ReachComponents = { node: GolemNode; network: Network; logger: NetworkLogger; onChange: () => void }

/** Has peers outside dial this node back, tells libp2p which addresses can be announced, and knows why others cannot. */
export function watchReachability({ node, network, logger, onChange }: ReachComponents): ReachWatch {
  const { addressManager, transportManager } = node.services.parts
  const stopped = new AbortController()
  const seen = new Map<string, string>()
  const tries = new Map<string, Try>()
  let isWoken = false
  let wake: (() => void) | null = null

  const lookAgain = (): void => {
    isWoken = true
    wake?.()
  }

  const own = () => addressManager.getAddressesWithMetadata()
  const listening = () => transportManager.getAddrs().filter((address) => !isThroughRelay(address))
  const outside = () => {
    const peers = new Set<string>()
    for (const connection of node.getConnections()) {
      if (isOutside(connection)) peers.add(connection.remotePeer.toString())
    }
    return [...peers]
  }
  const isSeenAsItself = () => {
    const hosts = new Set(listening().map(hostOf))
    return [...seen.values()].some((host) => hosts.has(host))
  }
  const isDirect = () => [...tries.values()].some(({ reached }) => reached)

  const note = (address: string, reached: boolean, why: string | null): void => {
    const before = tries.get(address)
    const failedRounds = reached ? 0 : (before?.failedRounds ?? 0) + 1
    tries.set(address, { reached, why, failedRounds })
    if (reached) addressManager.confirmObservedAddr(multiaddr(address), confirmAs(address))
    else if (failedRounds >= MAX_FAILED_ROUNDS) addressManager.removeObservedAddr(multiaddr(address))
  }
  /** What is no address of this node itself is one of its router. */
  const confirmAs = (address: string) => {
    const isOwn = own().some(({ multiaddr, type }) => type !== 'observed' && multiaddr.toString() === address)
    return isOwn ? { ttl: CONFIRMED_MS } : { type: 'observed' as const, ttl: CONFIRMED_MS }
  }

  const ask = async (peerId: string, found: Map<string, string | null>): Promise<void> => {
    try {
      const { signal } = stopped
      const host = seen.get(peerId) ?? (await askReach(network, peerId, { addresses: [], signal }))?.seen
      if (host === null || host === undefined || isPrivateIp(host) !== false) return
      seen.set(peerId, host)
      const direct = own().map(({ multiaddr }) => multiaddr)
      const addresses = guessAddresses(direct, host).filter((address) => found.get(address) !== null)
      if (addresses.length === 0) return
      const answer = await askReach(network, peerId, { addresses, signal })
      for (const { address, reached, why } of answer?.tries ?? []) {
        if (addresses.includes(address)) found.set(address, reached ? null : (why ?? 'no reason given'))
      }
    } catch (error) {
      logger.debug({ peer: peerId, error: String(error) }, 'a peer did not dial back')
    }
  }

  const round = async (): Promise<void> => {
    const askable: string[] = []
    const connected = new Set(outside())
    for (const peerId of seen.keys()) if (!connected.has(peerId)) seen.delete(peerId)
    for (const peerId of shuffled([...connected])) if (await speaksReach(node, peerId)) askable.push(peerId)
    /** By address: null where it was reached, or why not. */
    const found = new Map<string, string | null>()
    for (const peerId of askable.slice(0, ASKED_PEERS)) await ask(peerId, found)
    if (stopped.signal.aborted || found.size === 0) return
    for (const address of tries.keys()) if (!found.has(address)) tries.delete(address)
    for (const [address, why] of found) note(address, why === null, why)
    logger.debug({ tries: Object.fromEntries(found) }, 'peers dialled back')
    onChange()
  }

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const woken = new AbortController()
      wake = () => woken.abort()
      if (!isWoken) await pause(ROUND_MS, woken.signal)
      await pause(GATHER_MS, stopped.signal)
      isWoken = false
      if (!stopped.signal.aborted && listening().length > 0) await round()
    }
  }

  const onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => {
    const isNew = !seen.has(detail.peerId.toString())
    if (isNew && seen.size < ASKED_PEERS && isOutside(detail.connection)) lookAgain()
  }
  node.addEventListener('peer:identify', onIdentify)
  void run()

  return {
    lookAgain() {
      seen.clear()
      lookAgain()
    },
    isDirect,
    needsRelay: () =>
      listening().length === 0 || (!isDirect() && (tries.size > 0 || (seen.size > 0 && !isSeenAsItself()))),
    judge: (relays) =>
      judgeReachability({
        listening: listening().map(String),
        announced: own()
          .filter(({ type }) => type === 'announce')
          .map(({ multiaddr }) => multiaddr.toString()),
        peers: node.getPeers().length,
        peersOutside: outside().length,
        seen: [...new Set(seen.values())],
        isSeenAsItself: isSeenAsItself(),
        tries: [...tries].map(([address, { reached, why }]) => ({ address, reached, why })),
        isForwarded: own().some(({ type }) => type === 'ip-mapping'),
        relays: relays.used,
        relaysInSight: relays.inSight,
      }),
    stop() {
      stopped.abort()
      wake?.()
      node.removeEventListener('peer:identify', onIdentify)
    },
  }
}

/** Whether the peer at its other end is beyond the local network, and connected without help. */
function isOutside({ remoteAddr }: Connection): boolean {
  const host = hostOf(remoteAddr)
  return host !== null && !isThroughRelay(remoteAddr) && isPrivateIp(host) === false
}

async function speaksReach(node: GolemNode, peerId: string): Promise<boolean> {
  const id = node.getPeers().find((peer) => peer.toString() === peerId)
  const known = id === undefined ? undefined : await node.peerStore.get(id).catch(() => undefined)
  return known?.protocols.includes(REACH_PROTOCOL) ?? false
}
