import type { Peer } from '@golem/ports'
import { addressOfPublicKey } from '@golem/protocol'
import type { PeerId } from '@libp2p/interface'

/** Peers whose address is kept; computing it costs a point decompression. */
const REMEMBERED_PEERS = 1024
const remembered = new Map<string, Peer>()

/**
 * The peer behind a libp2p identity, or null where its key is not secp256k1 and so owns no Ethereum address. The key
 * itself is inside the id, and the handshake proved that the peer holds it.
 */
export function peerOf(id: PeerId): Peer | null {
  if (id.type !== 'secp256k1') return null
  const peerId = id.toString()
  const known = remembered.get(peerId)
  if (known !== undefined) return known
  const peer: Peer = Object.freeze({ peerId, address: addressOfPublicKey(id.publicKey.raw) })
  const oldest = remembered.keys().next()
  if (remembered.size >= REMEMBERED_PEERS && !oldest.done) remembered.delete(oldest.value)
  remembered.set(peerId, peer)
  return peer
}
