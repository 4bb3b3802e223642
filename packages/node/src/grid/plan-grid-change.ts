import type { GridChange } from '@golem/api'
import type { GridFile } from '@golem/api/grid-file'
import { type Bytes32, decodeInvite, GolemError, gridName } from '@golem/protocol'

/**
 * To which grid a node belongs after a change; null for none.
 *
 * @param newKey of a grid that begins, or whose older invites count no more
 * @throws {GolemError} `GRID_NAME_INVALID`, `GRID_JOINED`, `GRID_NONE`, `GRID_HOST`, `GRID_MEMBER`, `INVITE_INVALID`
 */
export function planGridChange(now: GridFile | null, change: GridChange, newKey: () => Bytes32): GridFile | null {
  switch (change.act) {
    case 'create':
      if (!gridName.safeParse(change.name).success) throw wrongName(change.name)
      if (now !== null) throw isInGrid(now.name)
      return { role: 'host', name: change.name, psk: newKey() }
    case 'join': {
      const invite = decodeInvite(change.invite)
      const isSame = now?.role === 'member' && now.name === invite.name && now.host.peerId === invite.host.peerId
      if (now !== null && !isSame) throw isInGrid(now.name)
      return { role: 'member', ...invite }
    }
    case 'leave':
      if (now === null) throw isInNone()
      if (now.role === 'host' && change.end !== true) throw isHost(now.name)
      return null
    case 'revoke':
      if (now === null) throw isInNone()
      if (now.role !== 'host') throw isMember(now.name)
      return { ...now, psk: newKey() }
  }
}

const wrongName = (name: string) =>
  new GolemError({
    code: 'GRID_NAME_INVALID',
    message: `"${name}" is no name for a grid.`,
    remedy: 'Use 1 to 32 small letters, digits and hyphens.',
  })
const isInGrid = (name: string) =>
  new GolemError({
    code: 'GRID_JOINED',
    message: `This node is in the grid ${name} already.`,
    remedy: 'Leave it first.',
  })
const isInNone = () =>
  new GolemError({
    code: 'GRID_NONE',
    message: 'This node is in no private grid.',
    remedy: 'Begin one, or enter one with its invite.',
  })
const isHost = (name: string) =>
  new GolemError({
    code: 'GRID_HOST',
    message: `This node keeps the chain of the grid ${name}; without it, no member can work or be paid.`,
    remedy: 'Say that it shall end for everybody.',
  })
const isMember = (name: string) =>
  new GolemError({
    code: 'GRID_MEMBER',
    message: `Only the host of the grid ${name} can revoke its invites.`,
    remedy: 'Do it on the machine on which the grid was created.',
  })
