import type { Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, expect, it } from 'vitest'
import { addressOf, testGrid } from '../../test/grid.ts'
import type { GolemNode } from '../golem-node.ts'
import type { GolemNetwork } from '../libp2p-network.ts'
import { silentLogger } from '../logger.ts'
import { RELAY_LIMITS, type RelayLimits } from './relay-quotas.ts'
import { type RelayServer, serveRelay } from './serve-relay.ts'

const PROTOCOL = '/golem/relay-test/1.0.0'
const MIB = 1024 * 1024
const options = { maxMessageBytes: MIB }

const grid = testGrid()
const servers: RelayServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  await grid.stop()
})

const inside = (network: { libp2p: Libp2p }) => network.libp2p as GolemNode

/** A relay, a peer behind it that listens nowhere, and one that dials. */
async function three(limits: Partial<RelayLimits> = {}) {
  const relay = await grid.join()
  const server = await serveRelay({ node: inside(relay), logger: silentLogger }, { ...RELAY_LIMITS, ...limits })
  servers.push(server)
  const hidden = await grid.join({ listen: [], targetPeers: 1 })
  const caller = await grid.join({ listen: [], targetPeers: 1 })
  await hidden.connect(addressOf(relay))
  await caller.connect(addressOf(relay))
  return { relay, server, hidden, caller }
}

/** Waits until others are told to reach it through the relay. */
async function reachable(hidden: GolemNetwork): Promise<string> {
  const relayed = () => hidden.contact().addresses.find((address) => address.includes('/p2p-circuit/p2p/'))
  await expect.poll(relayed, { timeout: 20_000 }).toBeDefined()
  return relayed() ?? ''
}

it('a peer that listens nowhere finds a relay by itself, and is reached through it', async () => {
  const { server, hidden, caller } = await three()
  const address = await reachable(hidden)
  expect(server.totals().reservations).toBe(1)
  hidden.handle(PROTOCOL, options, async (channel) => {
    for await (const message of channel.messages) await channel.send(message)
  })
  expect(await caller.connect(address)).toEqual(hidden.self)
  const channel = await caller.open(hidden.contact(), PROTOCOL, options)
  const total = 8
  const received: number[] = []
  const reading = (async () => {
    for await (const message of channel.messages) received.push(message.length)
  })()
  for (let count = 0; count < total; count++) await channel.send(new Uint8Array(MIB).fill(count))
  await channel.close()
  await reading
  expect(received).toEqual(Array(total).fill(MIB))
  expect(hidden.peers()).toContainEqual(caller.self)
})

it('two peers that nobody can dial get around their relay', async () => {
  const { server, hidden, caller } = await three()
  await caller.connect(await reachable(hidden))
  const by = async () => (await caller.report()).connections.filter(({ peerId }) => peerId === hidden.self.peerId)
  await expect.poll(async () => (await by()).map((one) => one.by), { timeout: 45_000 }).toContain('webrtc')
  const before = server.totals().bytes
  hidden.handle(PROTOCOL, options, async (channel) => {
    for await (const _ of channel.messages);
  })
  const channel = await caller.open(hidden.contact(), PROTOCOL, options)
  for (let count = 0; count < 4; count++) await channel.send(new Uint8Array(MIB))
  await channel.close()
  for await (const _ of channel.messages);
  expect(server.totals().bytes - before).toBeLessThan(MIB)
})

it('carries nothing to a peer that has no place, and nothing beyond a quota', async () => {
  const { relay, server, hidden, caller } = await three({ bytesPerPeerPerDay: 100_000 })
  const elsewhere = `${addressOf(relay)}/p2p-circuit/p2p/${(await grid.join()).self.peerId}`
  await expect(caller.connect(elsewhere)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
  const address = multiaddr(await reachable(hidden))
  const connection = await caller.libp2p.dial(address)
  const stream = await connection.newStream('/ipfs/ping/1.0.0')
  const closed = new Promise<void>((resolve) => connection.addEventListener('close', () => resolve()))
  stream.send(new Uint8Array(200_000))
  await closed
  expect(server.totals().bytes).toBeGreaterThan(100_000)
  await expect(caller.libp2p.dial(address)).rejects.toThrow()
})

it('holds a sender back while the other end does not read', async () => {
  const { server, hidden, caller } = await three()
  const address = multiaddr(await reachable(hidden))
  let mayRead = false
  await hidden.libp2p.handle('/test/still/1.0.0', (stream) => {
    stream.addEventListener('message', () => {
      if (!mayRead && stream.readStatus === 'readable') stream.pause()
    })
  })
  const connection = await caller.libp2p.dial(address)
  const stream = await connection.newStream('/test/still/1.0.0')
  for (let count = 0; count < 64; count++) stream.send(new Uint8Array(MIB))
  let before = -1
  const isStill = (): boolean => {
    const { bytes } = server.totals()
    const same = bytes === before
    before = bytes
    return same
  }
  await expect.poll(isStill, { interval: 500, timeout: 20_000 }).toBe(true)
  mayRead = true
  // windows of the stream on the circuit, of the circuit on both connections, and what is on its way
  expect(before).toBeLessThan(24 * MIB)
})
