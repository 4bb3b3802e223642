import { isPrivateIp } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { hostOf, isLoopback, isThroughRelay } from './addresses.ts'

/** The bounds of `PeerContact`. */
const MAX_ADDRESSES = 16
const MAX_CHARS = 200

/**
 * The addresses to tell others, most useful first: dialled from anywhere, in the local network, through a relay, on this
 * machine. One that is too long is told without the peer's id, which stands beside it.
 */
export function chooseAddresses(addresses: readonly Multiaddr[], peerId: string): string[] {
  const own = `/p2p/${peerId}`
  const texts = addresses
    .map((address, index) => ({ text: address.toString(), rank: rankOf(address), index }))
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ text }) => (text.length > MAX_CHARS && text.endsWith(own) ? text.slice(0, -own.length) : text))
    .filter((text) => text.length <= MAX_CHARS)
  return [...new Set(texts)].slice(0, MAX_ADDRESSES)
}

function rankOf(address: Multiaddr): number {
  if (isThroughRelay(address)) return 2
  if (isLoopback(address)) return 3
  const host = hostOf(address)
  return host !== null && isPrivateIp(host) ? 1 : 0
}
