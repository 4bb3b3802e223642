import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { hostOf, isThroughRelay } from '../addresses.ts'

/** More are not tried by one peer. */
const MAX_GUESSES = 4

/**
 * Where a node could be dialled that others see at this host: its own addresses there, or, behind a router that may
 * forward ports, the same ports at that host.
 *
 * @param own what the node listens on, was told to announce, or has had forwarded
 */
export function guessAddresses(own: readonly Multiaddr[], seen: string): string[] {
  const direct = own.filter((address) => !isThroughRelay(address))
  const there = direct.filter((address) => hostOf(address) === seen)
  const family = seen.includes(':') ? 'ip6' : 'ip4'
  const guessed = there.length > 0 ? there : direct.map((address) => movedTo(address, family, seen))
  const texts = guessed.filter((address) => address !== null).map((address) => withoutPeer(address).toString())
  return [...new Set(texts)].slice(0, MAX_GUESSES)
}

function movedTo(address: Multiaddr, family: 'ip4' | 'ip6', host: string): Multiaddr | null {
  const [first, ...rest] = address.getComponents()
  return first?.name === family ? multiaddr([{ code: first.code, name: family, value: host }, ...rest]) : null
}

/** Who dials back adds whom it expects. */
function withoutPeer(address: Multiaddr): Multiaddr {
  const components = address.getComponents()
  return components.at(-1)?.name === 'p2p' ? multiaddr(components.slice(0, -1)) : address
}
