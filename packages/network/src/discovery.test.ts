import { newPrivateKey } from '@golem/protocol'
import { afterEach, expect, it } from 'vitest'
import { freePort } from '../test/free-port.ts'
import { addressOf, testGrid } from '../test/grid.ts'

const grid = testGrid()
afterEach(() => grid.stop())

const TOPIC = '/golem/discovery-test/1.0.0'
const PROTOCOL = '/golem/discovery-test/1.0.0'
const wait = { timeout: 25_000, interval: 20 }

it('finds a bootstrap peer that starts later, and hears its next gossip', async () => {
  const port = await freePort()
  const address = `/ip4/127.0.0.1/tcp/${port}`
  const early = await grid.join({ bootstrap: [address] })
  const heard = Promise.withResolvers<string>()
  early.subscribe(TOPIC, (from) => heard.resolve(from.address))
  await expect.poll(() => early.peers().length, { interval: 20 }).toBe(0)
  const late = await grid.join({ listen: [address], bootstrap: [address] })
  await expect.poll(() => early.peers(), wait).toEqual([late.self])
  const repeat = setInterval(() => void late.publish(TOPIC, new Uint8Array(1)), 20)
  expect(await heard.promise).toBe(late.self.address)
  clearInterval(repeat)
})

it('comes back when a bootstrap peer was away', async () => {
  const address = `/ip4/127.0.0.1/tcp/${await freePort()}`
  const first = await grid.join({ listen: [address] })
  const node = await grid.join({ bootstrap: [address] })
  await expect.poll(() => node.peers(), wait).toEqual([first.self])
  await first.stop()
  await expect.poll(() => node.peers(), wait).toEqual([])
  const second = await grid.join({ listen: [address] })
  await expect.poll(() => node.peers(), wait).toEqual([second.self])
})

it('makes nodes that share one bootstrap peer find each other', async () => {
  const hub = await grid.join()
  const nodes = [hub]
  for (let count = 0; count < 4; count++) nodes.push(await grid.join({ bootstrap: [addressOf(hub)] }))
  await expect.poll(() => nodes.map((node) => node.peers().length), wait).toEqual([4, 4, 4, 4, 4])
  await hub.stop()
  await expect.poll(() => nodes.slice(1).map((node) => node.peers().length), wait).toEqual([3, 3, 3, 3])
})

it('reaches as many peers as it wants, and still takes those that come', async () => {
  const hub = await grid.join({ targetPeers: 2 })
  const wants = { bootstrap: [addressOf(hub)], targetPeers: 2 }
  const nodes = [await grid.join(wants), await grid.join(wants)]
  await expect.poll(() => nodes.map((node) => node.peers().length), wait).toEqual([2, 2])
  const [first, second] = nodes
  const late = [await grid.join(wants), await grid.join(wants)]
  await expect.poll(() => hub.peers().length, wait).toBe(4)
  await expect.poll(() => late.every((node) => node.peers().length >= 2), wait).toBe(true)
  // the first two had enough, so whoever is new with them came by itself
  expect([first, second].every((node) => (node?.peers().length ?? 0) >= 2)).toBe(true)
})

it('finds a peer that moved by the hash table', async () => {
  const settings = { dht: true, targetPeers: 1 }
  const hub = await grid.join(settings)
  const privateKey = newPrivateKey()
  const wanted = await grid.join({ ...settings, bootstrap: [addressOf(hub)] }, { privateKey })
  const before = wanted.contact()
  await expect.poll(() => hub.peers().length, wait).toBe(1)
  await wanted.stop()
  const moved = await grid.join({ ...settings, bootstrap: [addressOf(hub)] }, { privateKey })
  await expect.poll(() => hub.peers(), wait).toEqual([moved.self])
  const seeker = await grid.join({ ...settings, bootstrap: [addressOf(hub)] })
  await expect.poll(() => seeker.peers().length, wait).toBe(1)
  moved.handle(PROTOCOL, { maxMessageBytes: 10 }, async () => {})
  const opened = async () => (await seeker.open(before, PROTOCOL, { maxMessageBytes: 10 })).peer
  await expect.poll(() => opened().catch(String), wait).toEqual(moved.self)
})
