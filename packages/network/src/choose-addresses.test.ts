import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { chooseAddresses } from './choose-addresses.ts'

const PEER = '16Uiu2HAkx25VijkTZqr3tm538kaSGVvqVLkehSbLgweXGbhmMvg6'
const RELAY = '16Uiu2HAm5Fkgpa4pPUZpBMGw6WiVsatQFiVWfYhmAaNyNCPG7uMy'
const choose = (addresses: string[]) => chooseAddresses(addresses.map(multiaddr), PEER)

it('tells first what can be dialled from anywhere, and last what means this machine', () => {
  const loopback = `/ip4/127.0.0.1/tcp/4001/p2p/${PEER}`
  const lan = `/ip4/192.168.1.2/tcp/4001/p2p/${PEER}`
  const relayed = `/ip4/5.6.7.9/tcp/4001/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`
  const open = `/ip4/5.6.7.7/tcp/4001/p2p/${PEER}`
  expect(choose([loopback, relayed, lan, open, open])).toEqual([open, lan, relayed, loopback])
})

it('leaves the own id out where it would be too long, and never tells more than fits', () => {
  const certhash = 'certhash/uEiAkH5a4DPGKUuOBjYw0CgwjLa2R_RF71v86aVxlqdKNOQ'
  const long = `/ip4/5.6.7.9/tcp/4001/p2p/${RELAY}/p2p-circuit/webrtc/p2p/${PEER}`
  const longest = `/ip4/5.6.7.9/udp/4001/webrtc-direct/${certhash}/p2p/${RELAY}/p2p-circuit/webrtc/p2p/${PEER}`
  expect(choose([long])).toEqual([long])
  expect(choose([longest])).toEqual([longest.replace(`/p2p/${PEER}`, '')])
  const many = Array.from({ length: 20 }, (_, port) => `/ip4/5.6.7.9/tcp/${port + 1}/p2p/${PEER}`)
  expect(choose(many)).toEqual(many.slice(0, 16))
})
