import type { PeerContact } from '@golem/protocol'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { unreachable } from './unreachable.ts'

/** Addresses of one contact that are tried; the port's schema has the same bound. */
const MAX_ADDRESSES = 16

/** The peer id that an address ends with, or null where it names none. */
export function peerIdIn(address: Multiaddr): string | null {
  const last = address.getComponents().at(-1)
  return last?.name === 'p2p' ? (last.value ?? null) : null
}

/** @throws {GolemError} `PEER_UNREACHABLE` */
export function parseAddress(text: string): Multiaddr {
  try {
    return multiaddr(text)
  } catch (cause) {
    throw unreachable(text, 'that is no address', cause, 'Write it like /ip4/127.0.0.1/tcp/4001/p2p/16U….')
  }
}

/** @throws {GolemError} `PEER_UNREACHABLE` */
export function parsePeerId(text: string): PeerId {
  try {
    return peerIdFromString(text)
  } catch (cause) {
    throw unreachable(text, 'that is no peer id', cause)
  }
}

/** What can be dialled of a contact: well-formed, and of this peer. A stranger wrote them, so odd ones are skipped. */
export function dialable(contact: PeerContact): Multiaddr[] {
  const found: Multiaddr[] = []
  for (const text of contact.addresses.slice(0, MAX_ADDRESSES)) {
    try {
      const address = multiaddr(text)
      const named = peerIdIn(address)
      if (named === null) found.push(address.encapsulate(`/p2p/${contact.peerId}`))
      else if (named === contact.peerId) found.push(address)
    } catch {
      // not an address of this version
    }
  }
  return found
}

/** Whether an address means the machine it is read on. */
export const isLoopback = (address: Multiaddr): boolean => {
  const host = address.getComponents()[0]
  if (host === undefined) return false
  if (host.name === 'ip4') return host.value?.startsWith('127.') === true
  if (host.name === 'ip6') return host.value === '::1'
  return host.value === 'localhost'
}

/** Whether a connection or address leads through a relay all the way; one that WebRTC made with a relay's help does not. */
export const isRelayed = (address: Multiaddr): boolean => {
  const names = address.getComponents().map(({ name }) => name)
  return names.includes('p2p-circuit') && !names.includes('webrtc')
}

/** Whether a relay is needed to dial it, be it only for the first words. */
export const isThroughRelay = (address: Multiaddr): boolean =>
  address.getComponents().some(({ name }) => name === 'p2p-circuit')

/** The IP address that it begins with, or null. */
export const hostOf = (address: Multiaddr | null): string | null => {
  const first = address?.getComponents()[0]
  return first?.name === 'ip4' || first?.name === 'ip6' ? (first.value ?? null) : null
}
