import type { Network } from '@golem/ports'
import { GolemError, type PeerContact } from '@golem/protocol'

/** Peers asked where nobody is named. */
const MAX_ASKED = 16

/** Whom content is asked of: those that a person named, or else those that are connected. @throws {GolemError} `SOURCE_INVALID` */
export function sourcesOf(
  network: Pick<Network, 'peers'>,
  from: readonly string[],
): { from: PeerContact[]; gateways?: string[] } {
  if (from.length > 0) {
    return { from: from.filter((each) => !isUrl(each)).map(contactOf), gateways: from.filter(isUrl) }
  }
  // Connections that are open need no address.
  const peers = network.peers().slice(0, MAX_ASKED)
  return { from: peers.map(({ peerId }) => ({ peerId, addresses: [] })) }
}

const isUrl = (source: string): boolean => /^https?:\/\//.test(source)

function contactOf(address: string): PeerContact {
  const peerId = /\/p2p\/(\w+)$/.exec(address)?.[1]
  if (peerId !== undefined) return { peerId, addresses: [address] }
  throw new GolemError({
    code: 'SOURCE_INVALID',
    message: `${address} names no peer.`,
    remedy:
      'Write an address such as /ip4/192.0.2.7/tcp/4001/p2p/16Uiu2…, as `golem status` shows it there, or the URL of a gateway.',
  })
}
