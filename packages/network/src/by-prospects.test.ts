import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { byProspects } from './by-prospects.ts'

const RELAY = '16Uiu2HAm5Fkgpa4pPUZpBMGw6WiVsatQFiVWfYhmAaNyNCPG7uMy'
const IN_ORDER = [
  '/ip4/5.6.7.7/tcp/4001',
  '/dns4/golem.example.org/tcp/4002/ws',
  '/ip4/192.168.1.2/tcp/4001',
  '/ip4/192.168.1.2/udp/4001/webrtc-direct',
  `/ip4/5.6.7.9/tcp/4001/p2p/${RELAY}/p2p-circuit`,
  `/ip4/5.6.7.9/tcp/4001/p2p/${RELAY}/p2p-circuit/webrtc`,
  '/ip4/10.7.0.2/tcp/4001',
  '/ip4/127.0.0.1/tcp/4001',
]

it('tries what is likely to lead there first', () => {
  const order = byProspects((host) => host.startsWith('192.168.1.'))
  const shuffled = IN_ORDER.toReversed().map((text) => ({ multiaddr: multiaddr(text) }))
  expect(shuffled.sort(order).map((entry) => entry.multiaddr.toString())).toEqual(IN_ORDER)
})
