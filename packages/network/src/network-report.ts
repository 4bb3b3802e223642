import type { Address } from '@golem/protocol'
import type { Connection } from '@libp2p/interface'
import { isRelayed, isThroughRelay } from './addresses.ts'
import type { TimeWatch } from './clock/watch-time.ts'
import type { GolemNode } from './golem-node.ts'
import { peerOf } from './identity.ts'
import type { Reachability } from './reach/judge-reachability.ts'
import type { Reaching } from './reach/start-reaching.ts'

export type ConnectionReport = {
  peerId: string
  address: Address
  /** Where its other end is. */
  remote: string
  direction: 'inbound' | 'outbound'
  by: 'tcp' | 'websocket' | 'webrtc' | 'relay'
  openedAtMs: number
}

/** How this node stands in the grid, for people. */
export type NetworkReport = {
  listening: string[]
  /** What others are told. */
  announced: string[]
  connections: ConnectionReport[]
  reachability: Reachability
  relays: { peerId: string; addresses: string[] }[]
  serving: { reservations: number; circuits: number; bytes: number } | null
  /** Null where the DHT is off. */
  dht: 'client' | 'server' | null
  /** By how much most peers' clocks are ahead of this machine's, and what of that is corrected. */
  clock: { offsetMs: number; correctionMs: number }
}

export async function networkReport(
  { node, reaching, time }: { node: GolemNode; reaching: Reaching; time: TimeWatch },
  announced: string[],
): Promise<NetworkReport> {
  const { dht, parts } = node.services
  return {
    listening: parts.transportManager
      .getAddrs()
      .filter((address) => !isThroughRelay(address))
      .map(String),
    announced,
    connections: node.getConnections().flatMap(connectionReport),
    reachability: reaching.reachability(),
    relays: reaching.relays(),
    serving: reaching.serving(),
    dht: dht?.getMode() ?? null,
    clock: { offsetMs: time.offsetMs(), correctionMs: time.correctionMs() },
  }
}

function connectionReport(connection: Connection): ConnectionReport[] {
  const peer = peerOf(connection.remotePeer)
  if (peer === null) return []
  const { remoteAddr, direction, timeline } = connection
  return [{ ...peer, remote: remoteAddr.toString(), direction, by: transportOf(connection), openedAtMs: timeline.open }]
}

function transportOf({ remoteAddr }: Connection): ConnectionReport['by'] {
  if (isRelayed(remoteAddr)) return 'relay'
  const names = remoteAddr.getComponents().map(({ name }) => name)
  if (names.includes('webrtc') || names.includes('webrtc-direct')) return 'webrtc'
  return names.includes('ws') || names.includes('wss') ? 'websocket' : 'tcp'
}
