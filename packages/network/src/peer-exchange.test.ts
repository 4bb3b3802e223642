import { expect, it } from 'vitest'
import { believable } from './peer-exchange.ts'

const peerId = '16Uiu2HAkx25VijkTZqr3tm538kaSGVvqVLkehSbLgweXGbhmMvg6'
const other = '16Uiu2HAm5Fkgpa4pPUZpBMGw6WiVsatQFiVWfYhmAaNyNCPG7uMy'
const from = { onThisMachine: false }

it('believes only addresses of the peer that they are said to be of', () => {
  const addresses = [
    '/ip4/192.0.2.7/tcp/4001',
    `/ip4/192.0.2.8/tcp/4001/p2p/${peerId}`,
    `/ip4/192.0.2.9/tcp/4001/p2p/${other}`,
    'rubbish',
  ]
  expect(believable({ peerId, addresses }, from)?.addresses).toEqual([
    `/ip4/192.0.2.7/tcp/4001/p2p/${peerId}`,
    `/ip4/192.0.2.8/tcp/4001/p2p/${peerId}`,
  ])
})

it('takes loopback from a peer of this machine alone', () => {
  const contact = { peerId, addresses: ['/ip4/127.0.0.1/tcp/4001', '/ip6/::1/tcp/4001', '/dns4/localhost/tcp/1'] }
  expect(believable(contact, from)).toBeNull()
  expect(believable(contact, { onThisMachine: true })?.addresses.length).toBe(3)
})
