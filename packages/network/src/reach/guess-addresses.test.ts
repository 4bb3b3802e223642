import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { guessAddresses } from './guess-addresses.ts'

const PEER = '16Uiu2HAkx25VijkTZqr3tm538kaSGVvqVLkehSbLgweXGbhmMvg6'
const guesses = (own: string[], seen: string) => guessAddresses(own.map(multiaddr), seen)

it('tries the own addresses at the host that others see', () => {
  expect(guesses([`/ip4/203.0.113.7/tcp/4001/p2p/${PEER}`, '/ip4/10.0.0.2/tcp/4001'], '203.0.113.7')).toEqual([
    '/ip4/203.0.113.7/tcp/4001',
  ])
})

it('tries the same ports at the router, each once', () => {
  const own = [
    '/ip4/127.0.0.1/tcp/4001',
    '/ip4/192.168.1.2/tcp/4001',
    '/ip4/192.168.1.2/tcp/4002/ws',
    '/ip6/::1/tcp/4001',
    `/ip4/198.51.100.1/tcp/1/p2p/${PEER}/p2p-circuit`,
  ]
  expect(guesses(own, '203.0.113.7')).toEqual(['/ip4/203.0.113.7/tcp/4001', '/ip4/203.0.113.7/tcp/4002/ws'])
})

it('keeps the certificate of WebRTC', () => {
  const certhash = 'certhash/uEiAkH5a4DPGKUuOBjYw0CgwjLa2R_RF71v86aVxlqdKNOQ'
  expect(guesses([`/ip4/192.168.1.2/udp/4001/webrtc-direct/${certhash}`], '203.0.113.7')).toEqual([
    `/ip4/203.0.113.7/udp/4001/webrtc-direct/${certhash}`,
  ])
})

it('guesses nothing in another family of addresses', () => {
  expect(guesses(['/ip4/192.168.1.2/tcp/4001'], '2001:db8::7')).toEqual([])
})
