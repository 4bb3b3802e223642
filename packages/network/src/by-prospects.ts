import { isPrivateIp } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { hostOf, isLoopback, isThroughRelay } from './addresses.ts'

const PLACES = ['anywhere', 'own network', 'relay', 'other network', 'this machine'] as const

/**
 * In which order a peer's addresses are tried, one after another: each that leads nowhere costs seconds. A private
 * address that is of none of this machine's networks is most likely of another network that looks the same. TCP comes
 * before what is built on it.
 *
 * @param isOnOwnNetwork whether a host is in one of this machine's networks
 */
export const byProspects =
  (isOnOwnNetwork: (host: string) => boolean) =>
  (a: { multiaddr: Multiaddr }, b: { multiaddr: Multiaddr }): -1 | 0 | 1 => {
    const difference = rankOf(a.multiaddr, isOnOwnNetwork) - rankOf(b.multiaddr, isOnOwnNetwork)
    return difference < 0 ? -1 : difference > 0 ? 1 : 0
  }

function rankOf(address: Multiaddr, isOnOwnNetwork: (host: string) => boolean): number {
  const names = address.getComponents().map(({ name }) => name)
  const isPlain = names.every((name) => !['ws', 'wss', 'webrtc', 'webrtc-direct'].includes(name))
  return 2 * PLACES.indexOf(placeOf(address, isOnOwnNetwork)) + (isPlain ? 0 : 1)
}

function placeOf(address: Multiaddr, isOnOwnNetwork: (host: string) => boolean): (typeof PLACES)[number] {
  if (isThroughRelay(address)) return 'relay'
  if (isLoopback(address)) return 'this machine'
  const host = hostOf(address)
  if (host === null || isPrivateIp(host) !== true) return 'anywhere'
  return isOnOwnNetwork(host) ? 'own network' : 'other network'
}
