import type { GridChange } from '@golem/api'
import type { GridFile } from '@golem/api/grid-file'
import { asAddress, asBytes32, encodeInvite, type GridInvite } from '@golem/protocol'
import { expect, it } from 'vitest'
import { planGridChange } from './plan-grid-change.ts'

const [oldKey, newKey] = ['07', '0b'].map((byte) => asBytes32(`0x${byte.repeat(32)}`)) as [
  GridFile['psk'],
  GridFile['psk'],
]
const invite: GridInvite = {
  name: 'studio',
  psk: oldKey,
  host: { peerId: '16Uiu2HAmPX8mTBzVXDSBqKvAPRzrPmfCHnYM5WrbY1N2LqVdGhQ2', addresses: ['/ip4/192.168.1.20/tcp/4001'] },
  settlement: {
    chainId: 1_418,
    payments: asAddress(`0x${'ab'.repeat(20)}`),
    token: asAddress(`0x${'cd'.repeat(20)}`),
  },
}
const member: GridFile = { role: 'member', ...invite }
const host: GridFile = { role: 'host', name: 'studio', psk: oldKey }
const plan = (now: GridFile | null, change: GridChange) => planGridChange(now, change, () => newKey)
const code = (now: GridFile | null, change: GridChange): unknown => {
  try {
    return plan(now, change)
  } catch (error) {
    return (error as { code: string }).code
  }
}
const join = (changed: Partial<GridInvite> = {}): GridChange => ({
  act: 'join',
  invite: encodeInvite({ ...invite, ...changed }),
})

it('begins a grid with a key of its own, enters one by its invite, and leaves it', () => {
  expect(plan(null, { act: 'create', name: 'studio' })).toEqual({ role: 'host', name: 'studio', psk: newKey })
  expect(plan(null, join())).toEqual(member)
  expect(plan(member, { act: 'leave' })).toBeNull()
})

it('enters again by a newer invite, and enters no second grid', () => {
  expect(plan(member, join({ psk: newKey }))).toEqual({ ...member, psk: newKey })
  expect(code(member, join({ name: 'other' }))).toBe('GRID_JOINED')
  expect(code(host, join())).toBe('GRID_JOINED')
  expect(code(member, { act: 'create', name: 'other' })).toBe('GRID_JOINED')
})

it('takes from a host alone that all have to come anew, and that all is over only in words', () => {
  expect(plan(host, { act: 'revoke' })).toEqual({ ...host, psk: newKey })
  expect(code(member, { act: 'revoke' })).toBe('GRID_MEMBER')
  expect(code(host, { act: 'leave' })).toBe('GRID_HOST')
  expect(plan(host, { act: 'leave', end: true })).toBeNull()
})

it('refuses what makes no sense', () => {
  expect(code(null, { act: 'create', name: 'No Name' })).toBe('GRID_NAME_INVALID')
  expect(code(null, { act: 'join', invite: 'golem://grid/studio' })).toBe('INVITE_INVALID')
  expect([code(null, { act: 'leave' }), code(null, { act: 'revoke' })]).toEqual(['GRID_NONE', 'GRID_NONE'])
})
