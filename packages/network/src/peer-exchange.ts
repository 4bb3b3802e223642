import type { Network, Peer } from '@golem/ports'
import { GolemError, type PeerContact, peerContact } from '@golem/protocol'
import { dialable, isLoopback } from './addresses.ts'
import { EXCHANGED_PEERS, PEER_EXCHANGE_BYTES } from './limits.ts'

/** Whoever opens it is told, in one message, of peers connected now: a JSON list of `PeerContact`. Nothing is asked. */
export const PEERS_PROTOCOL = '/golem/peers/1.0.0'

const ASK_TIMEOUT_MS = 5_000
const contacts = peerContact.array().max(EXCHANGED_PEERS)
const options = { maxMessageBytes: PEER_EXCHANGE_BYTES }

/** Answers with what `neighbours` knows; returns what ends that. */
export function servePeers(network: Network, neighbours: (except: Peer) => Promise<PeerContact[]>): () => void {
  return network.handle(PEERS_PROTOCOL, options, async (channel) => {
    const known = await neighbours(channel.peer)
    await channel.send(new TextEncoder().encode(JSON.stringify(known.slice(0, EXCHANGED_PEERS))))
  })
}

/**
 * Asks a connected peer whom it knows.
 *
 * @throws {GolemError} `PEER_UNREACHABLE`, `CHANNEL_CLOSED`, `PEER_EXCHANGE_INVALID`
 */
export async function askPeers(network: Network, peer: Peer, signal: AbortSignal): Promise<PeerContact[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT_MS)])
  const channel = await network.open({ peerId: peer.peerId, addresses: [] }, PEERS_PROTOCOL, {
    ...options,
    signal: within,
  })
  const giveUp = () => channel.abort()
  within.addEventListener('abort', giveUp)
  try {
    for await (const message of channel.messages) return parse(peer, message)
    return []
  } finally {
    within.removeEventListener('abort', giveUp)
    await channel.close()
  }
}

function parse(peer: Peer, message: Uint8Array): PeerContact[] {
  try {
    return contacts.parse(JSON.parse(new TextDecoder().decode(message)))
  } catch (cause) {
    throw new GolemError({
      code: 'PEER_EXCHANGE_INVALID',
      message: `The peer ${peer.address} named its peers in a form that cannot be read.`,
      peerPolicy: 'penalise',
      cause,
    })
  }
}

/**
 * What is worth dialling of a contact that a peer told of, or null. A loopback address means another machine when it
 * comes from another machine, so it is believed only from a peer on this one.
 */
export function believable(contact: PeerContact, from: { onThisMachine: boolean }): PeerContact | null {
  const addresses = dialable(contact)
    .filter((address) => from.onThisMachine || !isLoopback(address))
    .map((address) => address.toString())
  return addresses.length === 0 ? null : { peerId: contact.peerId, addresses }
}
