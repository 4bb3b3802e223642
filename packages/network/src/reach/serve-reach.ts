import type { Network } from '@golem/ports'
import type { Connection } from '@libp2p/interface'
import { isPrivateIp } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { hostOf, isThroughRelay } from '../addresses.ts'
import type { GolemNode } from '../golem-node.ts'
import { createRateLimit } from '../rate-limit.ts'
import { reasonOf } from '../unreachable.ts'
import { decodeReachRequest, encodeReach, REACH_BYTES, REACH_PROTOCOL, type ReachAnswer } from './reach-messages.ts'

/** Requests of one peer. Each costs up to four dials. */
const REQUESTS = { perS: 0.1, burst: 4 } as const
const REMEMBERED_PEERS = 1_024
/** Requests worked on at once. */
const MAX_AT_WORK = 8
const DIAL_MS = 4_000

/**
 * Dials peers back where they ask for it. Only at the host that they come from: nobody makes this node knock at doors of
 * others. Returns what ends it.
 */
export function serveReach({ node, network }: { node: GolemNode; network: Network }): () => void {
  const mayAsk = createRateLimit(REQUESTS, { maxKeys: REMEMBERED_PEERS, now: () => performance.now() })
  let atWork = 0

  const dialBack = async (peerId: string, text: string): Promise<ReachAnswer['tries'][number]> => {
    try {
      const address = multiaddr(text).encapsulate(`/p2p/${peerId}`)
      const connection = await node.dial(address, { force: true, signal: AbortSignal.timeout(DIAL_MS) })
      await closeUnused(connection)
      return { address: text, reached: true, why: null }
    } catch (error) {
      return { address: text, reached: false, why: reasonOf(error).slice(0, 120) }
    }
  }

  const answer = async (peerId: string, request: readonly string[]): Promise<ReachAnswer> => {
    const host = node
      .getConnections()
      .filter(({ remotePeer, remoteAddr }) => remotePeer.toString() === peerId && !isThroughRelay(remoteAddr))
      .map(({ remoteAddr }) => hostOf(remoteAddr))
      .find((found) => found !== null)
    if (host === undefined || host === null) return { seen: null, tries: [] }
    const tries: ReachAnswer['tries'] = []
    // one after another: libp2p makes one dial of all that go to the same peer
    for (const text of request) {
      if (hostOf(safeAddress(text)) === host && isPrivateIp(host) === false) tries.push(await dialBack(peerId, text))
      else tries.push({ address: text, reached: false, why: 'that is not where you come from' })
    }
    return { seen: host, tries }
  }

  return network.handle(REACH_PROTOCOL, { maxMessageBytes: REACH_BYTES }, async (channel) => {
    const { peerId } = channel.peer
    if (atWork >= MAX_AT_WORK || !mayAsk(peerId)) return
    atWork += 1
    try {
      for await (const message of channel.messages) {
        const { addresses } = decodeReachRequest(message)
        await channel.send(encodeReach(await answer(peerId, addresses)))
        return
      }
    } finally {
      atWork -= 1
    }
  })
}

/** Unless something else took it meanwhile: it is a connection like any other. */
async function closeUnused(connection: Connection): Promise<void> {
  const isUsed = connection.streams.some(({ protocol }) => protocol.startsWith('/golem/'))
  if (!isUsed) await connection.close().catch(() => {})
}

function safeAddress(text: string) {
  try {
    return multiaddr(text)
  } catch {
    return null
  }
}
