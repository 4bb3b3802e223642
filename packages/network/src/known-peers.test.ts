import { expect, it } from 'vitest'
import { createKnownPeers } from './known-peers.ts'

const contact = (peerId: string) => ({ peerId, addresses: [`/ip4/192.0.2.1/tcp/4001/p2p/${peerId}`] })
const nobody = () => false
const ids = (contacts: readonly { peerId: string }[]) => contacts.map((one) => one.peerId)

it('offers those last heard of, without the connected ones', () => {
  const known = createKnownPeers({ maxPeers: 3 })
  for (const id of ['a', 'b', 'c', 'd']) known.learn(contact(id))
  known.learn(contact('b'))
  expect(ids(known.choose(5, { nowMs: 0, isConnected: nobody }))).toEqual(['b', 'd', 'c'])
  expect(ids(known.choose(5, { nowMs: 0, isConnected: (id) => id === 'd' }))).toEqual(['b', 'c'])
  expect(ids(known.choose(1, { nowMs: 0, isConnected: nobody }))).toEqual(['b'])
  expect(known.choose(-2, { nowMs: 0, isConnected: nobody })).toEqual([])
})

it('leaves a peer that failed alone for longer each time, and forgets it in the end', () => {
  const known = createKnownPeers({ maxPeers: 3 })
  known.learn(contact('a'))
  const triable = (nowMs: number) => known.choose(1, { nowMs, isConnected: nobody }).length === 1
  known.failed('a', 0)
  expect([triable(9_999), triable(10_000)]).toEqual([false, true])
  known.failed('a', 10_000)
  known.learn(contact('a'))
  expect([triable(29_999), triable(30_000)]).toEqual([false, true])
  known.connected('a')
  expect(triable(0)).toBe(true)
  for (let time = 0; time < 5; time++) known.failed('a', 0)
  expect(triable(1e12)).toBe(false)
})
