import { encodeInvite, INVITE_ADDRESSES } from '@golem/protocol'
import type { GridApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

export const createGridApi = ({ grid, network, chain }: DaemonParts): GridApi => ({
  grid: async () => {
    if (grid === null) return null
    const { name, psk, role } = grid
    const host = role === 'member' ? grid.host : withoutItself(network.contact())
    const invite = encodeInvite({ name, psk, host, settlement: chain.settlement })
    return { name, role, members: network.peers().length, invite }
  },
})

/** Where a new member dials: TCP, without the peer's id, which stands beside it. This machine's own where it has no other. */
export function withoutItself({ peerId, addresses }: { peerId: string; addresses: string[] }) {
  const dialled = addresses
    .map((address) => address.replace(`/p2p/${peerId}`, ''))
    .filter((address) => /^\/[a-z0-9]+\/[^/]+\/tcp\/\d+$/.test(address))
  const elsewhere = dialled.filter((address) => !/^\/(ip4\/127\.|ip6\/::1\/)/.test(address))
  return { peerId, addresses: (elsewhere.length > 0 ? elsewhere : dialled).slice(0, INVITE_ADDRESSES) }
}
