import { randomBytes } from 'node:crypto'
import { isEnded } from '@golem/api/client'
import { asBytes32, encodeInvite, GolemError, INVITE_ADDRESSES } from '@golem/protocol'
import { planGridChange } from '../../grid/plan-grid-change.ts'
import type { GridApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import type { HomeChange } from '../home-change.ts'

export const createGridApi = (
  { grid, network, chain, requestor }: DaemonParts,
  onChange: (change: HomeChange) => void,
): GridApi => ({
  grid: async () => {
    if (grid === null) return null
    const { name, psk, role } = grid
    const host = role === 'member' ? grid.host : withoutItself(network.contact())
    const invite = encodeInvite({ name, psk, host, settlement: chain.settlement })
    return { name, role, members: network.peers().length, invite }
  },
  changeGrid: async (change) => {
    const next = planGridChange(grid, change, newKey)
    // What they cost is locked on the chain that is left. A new key is no other chain.
    const isOther = change.act === 'create' || change.act === 'leave' || grid === null
    const running = isOther ? requestor.jobs().filter(({ state }) => !isEnded(state)).length : 0
    if (running > 0) throw isBusy(running)
    setImmediate(onChange, { what: 'grid', grid: next })
  },
})

const newKey = () => asBytes32(`0x${randomBytes(32).toString('hex')}`)

const isBusy = (running: number) =>
  new GolemError({
    code: 'GRID_BUSY',
    message: `${running} ${running === 1 ? 'job has' : 'jobs have'} not ended, and their money is on the chain that would be left.`,
    remedy: 'Wait for them, or cancel them.',
  })

/** Where a new member dials: TCP, without the peer's id, which stands beside it. This machine's own where it has no other. */
export function withoutItself({ peerId, addresses }: { peerId: string; addresses: string[] }) {
  const dialled = addresses
    .map((address) => address.replace(`/p2p/${peerId}`, ''))
    .filter((address) => /^\/[a-z0-9]+\/[^/]+\/tcp\/\d+$/.test(address))
  const elsewhere = dialled.filter((address) => !/^\/(ip4\/127\.|ip6\/::1\/)/.test(address))
  return { peerId, addresses: (elsewhere.length > 0 ? elsewhere : dialled).slice(0, INVITE_ADDRESSES) }
}
