import type { Network } from '@golem/ports'
import { isPrivateIp } from '@libp2p/utils'
import { hostOf, isThroughRelay } from '../addresses.ts'
import type { GolemNode } from '../golem-node.ts'
import type { NetworkLogger } from '../logger.ts'
import type { Platform } from '../platform.ts'
import { guardStop } from '../relay/guard-stop.ts'
import { RELAY_LIMITS } from '../relay/relay-quotas.ts'
import { type RelayServer, serveRelay } from '../relay/serve-relay.ts'
import { useRelays } from '../relay/use-relays.ts'
import type { Reachability } from './judge-reachability.ts'
import { serveReach } from './serve-reach.ts'
import { watchReachability } from './watch-reachability.ts'

export type Reaching = {
  reachability(): Reachability
  /** Through which others reach this node. */
  relays(): { peerId: string; addresses: string[] }[]
  /** What this node carries for others; null where it does not relay. */
  serving(): { reservations: number; circuits: number; bytes: number } | null
  stop(): Promise<void>
}

type Components = {
  node: GolemNode
  network: Network
  logger: NetworkLogger
  platform: Platform
  /** Connections may be dead: this machine has other addresses than before. */
  onOtherAddresses: () => void
}

/**
 * Makes this node reachable as well as its place allows: tries which of its addresses others can dial, keeps places at
 * relays where none can be, and relays for others where one can.
 */
export async function startReaching(
  { node, network, logger, platform, onOtherAddresses }: Components,
  options: { serveRelay: boolean },
): Promise<Reaching> {
  let server: { relay: RelayServer; endStun: (() => void) | null } | null = null
  let changing = Promise.resolve()
  let isStopped = false

  const startServing = async (): Promise<void> => {
    const relay = await serveRelay({ node, logger }, RELAY_LIMITS)
    const port = tcpPort(node)
    const endStun = port === null ? null : ((await platform.serveStun?.(port)) ?? null)
    server = { relay, endStun }
    logger.info({ stun: endStun !== null }, 'this node relays for others')
  }
  const stopServing = async (): Promise<void> => {
    const before = server
    server = null
    before?.endStun?.()
    await before?.relay.stop()
  }

  const adapt = async (): Promise<void> => {
    const mayServe = !isStopped && options.serveRelay && platform.serveStun !== undefined && watch.isDirect()
    if (mayServe && server === null) await startServing()
    else if (!mayServe && server !== null) await stopServing()
    if (isStopped) return
    // a node that nobody can dial would only slow others' searches down
    const mode = watch.needsRelay() ? 'client' : 'server'
    const { dht } = node.services
    if (dht !== undefined && dht.getMode() !== mode) await dht.setMode(mode)
    platform.iceServers.set(await stunUrls(node, relays.inSight()))
    relays.lookAgain()
  }
  const onChange = (): void => {
    changing = changing.then(adapt).catch((error: unknown) => {
      logger.warn({ error: String(error) }, 'this node could not adapt to how it is reached')
    })
  }

  const watch = watchReachability({ node, network, logger, onChange })
  const relays = useRelays({ node, logger, onChange }, { isNeeded: watch.needsRelay })
  const stopReach = serveReach({ node, network })
  await guardStop(node, (peerId) => relays.used().some((relay) => relay.peerId === peerId))
  const endInterfaces = platform.watchInterfaces?.(() => {
    logger.info({}, "this machine's addresses have changed")
    onOtherAddresses()
    watch.lookAgain()
  })

  return {
    reachability: () => watch.judge({ used: relays.used().length, inSight: relays.inSight().length }),
    relays: relays.used,
    serving: () => server?.relay.totals() ?? null,
    async stop() {
      isStopped = true
      endInterfaces?.()
      watch.stop()
      relays.stop()
      stopReach()
      await changing
      await stopServing()
    },
  }
}

/** The TCP port that it listens on, which is where others expect to be told how their router shows them. */
function tcpPort(node: GolemNode): { host: string; port: number } | null {
  for (const address of node.services.parts.transportManager.getAddrs()) {
    const [host, tcp, next] = address.getComponents()
    if (tcp?.name !== 'tcp' || next !== undefined) continue
    return { host: host?.name === 'ip6' ? '::' : '0.0.0.0', port: Number(tcp.value) }
  }
  return null
}

/** Where the relays in sight tell, by the addresses that they signed. */
async function stunUrls(node: GolemNode, peerIds: readonly string[]): Promise<string[]> {
  const urls: string[] = []
  for (const id of node.getPeers().filter((peer) => peerIds.includes(peer.toString()))) {
    const stored = await node.peerStore.get(id).catch(() => undefined)
    for (const { multiaddr, isCertified } of stored?.addresses ?? []) {
      const [host, tcp, next] = multiaddr.getComponents()
      const isPlain = host?.name === 'ip4' && tcp?.name === 'tcp' && (next === undefined || next.name === 'p2p')
      if (!isCertified || !isPlain || isThroughRelay(multiaddr) || isPrivateIp(hostOf(multiaddr) ?? '') !== false)
        continue
      urls.push(`stun:${host.value}:${tcp.value}`)
      break
    }
  }
  return urls
}
