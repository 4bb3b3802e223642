import { describe, expect, it } from 'vitest'
import { decodeInvite, encodeInvite, type GridInvite } from './grid-invite.ts'
import { asAddress, asBytes32 } from './primitives.ts'

const invite: GridInvite = {
  name: 'studio-7',
  psk: asBytes32(`0x${'0af7'.repeat(16)}`),
  host: {
    peerId: '16Uiu2HAmPX8mTBzVXDSBqKvAPRzrPmfCHnYM5WrbY1N2LqVdGhQ2',
    addresses: ['/ip4/192.168.100.200/tcp/40001', '/ip6/fd00::1/tcp/40001', '/dns4/render.example.org/tcp/443/ws'],
  },
  settlement: {
    chainId: 1_999_999_999,
    payments: asAddress(`0x${'ab'.repeat(20)}`),
    token: asAddress(`0x${'cd'.repeat(20)}`),
  },
}

describe('an invite', () => {
  it('is a link that says everything, and is read again', () => {
    const link = encodeInvite(invite)
    expect(link).toMatch(/^golem:\/\/grid\/studio-7\/1~/)
    expect(decodeInvite(link)).toEqual(invite)
    expect(decodeInvite(`  ${link}\n`)).toEqual(invite)
  })

  it('has no character that a shell would take for its own, and fits a code of 57 modules', () => {
    const link = encodeInvite(invite)
    expect(link).toMatch(/^[\w.:/,~-]+$/)
    expect(link.length).toBeLessThanOrEqual(321)
  })

  it('is refused with the reason wherever a character was lost or changed', () => {
    const link = encodeInvite(invite)
    for (let at = 0; at < link.length; at++) {
      for (const changed of [link.slice(0, at) + link.slice(at + 1), `${link.slice(0, at)}%${link.slice(at + 1)}`]) {
        expect(() => decodeInvite(changed), changed).toThrow(expect.objectContaining({ code: 'INVITE_INVALID' }))
      }
    }
    expect(() => decodeInvite('')).toThrow('no link that')
    expect(() => decodeInvite(link.replace('/1~', '/2~'))).toThrow('another version')
    expect(() => decodeInvite(link.slice(0, -1))).toThrow('missing or was changed')
  })

  it.each([
    ['a name with a slash', { name: 'a/b' }],
    ['no address', { host: { ...invite.host, addresses: [] } }],
    ['an address with a comma', { host: { ...invite.host, addresses: ['/ip4/1.2.3.4/tcp/1,2'] } }],
    ['a short key', { psk: '0x0102' as GridInvite['psk'] }],
  ])('is not made of %s', (_, change) => {
    expect(() => encodeInvite({ ...invite, ...change })).toThrow(RangeError)
  })
})
