import { GolemError } from '@golem/protocol'
import { parsePeerId } from './addresses.ts'

/**
 * The compressed secp256k1 key that a peer id of this network holds: what is wrapped for it, its node alone opens.
 *
 * @throws {GolemError} `PEER_UNREACHABLE` where it is no peer id, `PEER_ID_INVALID` where it is one of another kind
 */
export function publicKeyOf(peerId: string): Uint8Array {
  const id = parsePeerId(peerId)
  if (id.type === 'secp256k1') return id.publicKey.raw
  throw new GolemError({
    code: 'PEER_ID_INVALID',
    message: `${peerId} is of another kind than the nodes of this network.`,
    remedy: 'A node shows its own with `golem status`; it begins with 16U.',
  })
}
