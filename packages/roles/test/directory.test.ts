import type { Network } from '@golem/ports'
import { memoryGrid } from '@golem/ports/memory'
import {
  type Address,
  asCid,
  DEMAND_PROTOCOL,
  DIRECTORY_PROTOCOL,
  type DirectoryReply,
  encodeJson,
  hashText,
  MESSAGE_LIMIT_BYTES,
  type Membership,
  newPrivateKey,
  type PeerContact,
  placeOfDemand,
  signerFromKey,
  signMembership,
} from '@golem/protocol'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type AnnounceOptions,
  createDirectory,
  createDirectoryNode,
  createSweep,
  type DirectoryComponents,
  type DirectoryNodeCore,
} from '../src/index.ts'
import { clockOf, silent } from './grid.ts'

const MANIFEST = asCid(`bafkrei${'d'.repeat(52)}`)
const never = new AbortController().signal

/** Nodes whose wire is a call, as in a simulation: nothing but the directory's own ways. */
function wiredNodes(count: number) {
  const nodes = new Map<string, { core: DirectoryNodeCore; address: Address; contact: PeerContact }>()
  const down = new Set<string>()
  const asked = { messages: 0 }
  const signature = signMembership(signerFromKey(newPrivateKey()), {} as never).signature
  for (let index = 0; index < count; index += 1) {
    const peerId = `peer-${index}`
    const address = `0x${index.toString(16).padStart(40, '0')}` as Address
    const contact = { peerId, addresses: [`/memory/${peerId}`] }
    const ask = async (
      to: PeerContact,
      request: Parameters<DirectoryNodeCore['handle']>[1],
    ): Promise<DirectoryReply> => {
      asked.messages += 1
      const there = nodes.get(to.peerId)
      if (!there || down.has(to.peerId)) throw new Error('nobody answers')
      return there.core.handle({ peerId, address }, request)
    }
    const core = createDirectoryNode({ self: { peerId }, contact: () => contact, now: () => 0, ask })
    nodes.set(peerId, { core, address, contact })
  }
  const all = [...nodes.values()]
  const known = new Map<Address, number>()
  const announce = async () => {
    const depths: number[] = []
    for (const { core, address } of all) {
      const sign: AnnounceOptions['sign'] = (change, { expired }) => ({
        body: { provider: address, issuedAtMs: 0, expiresAtMs: expired ? 0 : 1, ...change },
        signature,
      })
      const depth = known.get(address) ?? null
      known.set(address, (await core.announce({ manifest: MANIFEST, depth, sign, signal: never })).depth)
      depths.push(known.get(address) ?? 0)
    }
    return depths
  }
  const join = async () => {
    for (const [index, { core }] of all.entries()) {
      const [first, near] = [all[0], all[Math.floor(index / 2)]]
      for (const each of [first, near]) if (each) core.learn(each.contact)
      await core.join(never)
    }
  }
  return { all, down, asked, announce, join }
}

const demandNear = (name: string) => placeOfDemand(MANIFEST, hashText(name))
const names = (members: readonly Membership[]) => members.map(({ body }) => body.provider)

describe('the directory', () => {
  it('cuts shards as the providers grow, and a demand draws providers that no other has to hear of', async () => {
    const { all, asked, announce, join } = wiredNodes(400)
    await join()
    for (let round = 0; round < 3; round += 1) await announce()
    const depths = new Set(await announce())
    // 400 in shards of 32 to 128.
    expect(depths).not.toContain(0)
    expect(Math.max(...depths)).toBeLessThanOrEqual(4)

    const before = asked.messages
    const sweep = createSweep(all[5]?.core as DirectoryNodeCore, { manifest: MANIFEST, near: demandNear('one') })
    const drawn = names(await sweep.next(16, never))
    expect(new Set(drawn).size).toBe(16)
    expect(asked.messages - before).toBeLessThan(60)
    const other = createSweep(all[9]?.core as DirectoryNodeCore, { manifest: MANIFEST, near: demandNear('two') })
    expect(names(await other.next(16, never))).not.toEqual(drawn)
  }, 60_000)

  it('widens a demand shard by shard, each provider once, to nearly all of them', async () => {
    const { all, announce, join } = wiredNodes(300)
    await join()
    for (let round = 0; round < 3; round += 1) await announce()
    const sweep = createSweep(all[0]?.core as DirectoryNodeCore, { manifest: MANIFEST, near: demandNear('all') })
    const drawn: string[] = []
    for (let batch = names(await sweep.next(32, never)); batch.length > 0; batch = names(await sweep.next(32, never))) {
      drawn.push(...batch)
    }
    expect(new Set(drawn).size).toBe(drawn.length)
    expect(drawn.length).toBeGreaterThan(200)
    sweep.restart()
    expect(names(await sweep.next(8, never))).toEqual(drawn.slice(0, 8))
  }, 60_000)

  it('is still found when some of the nodes that keep it are gone', async () => {
    const { all, down, announce, join } = wiredNodes(60)
    await join()
    await announce()
    for (let index = 1; index < 60; index += 3) down.add(`peer-${index}`)
    const sweep = createSweep(all[0]?.core as DirectoryNodeCore, { manifest: MANIFEST, near: demandNear('one') })
    expect((await sweep.next(32, never)).length).toBeGreaterThan(20)
  }, 60_000)

  it('keeps nobody that somebody else names', async () => {
    const { all } = wiredNodes(2)
    const [node, other] = all as [(typeof all)[0], (typeof all)[0]]
    const signer = signerFromKey(newPrivateKey())
    const body = {
      provider: signer.address,
      manifest: MANIFEST,
      contact: other.contact,
      depth: 0,
      issuedAtMs: 0,
      expiresAtMs: 9,
    }
    const membership = signMembership(signer, body)
    const request = { type: 'announce', contact: other.contact, level: 0, membership } as const
    const from = { peerId: other.contact.peerId, address: other.address }
    expect(node.core.handle(from, request).population).toBe(0)
    expect(node.core.handle({ ...from, address: signer.address }, request).population).toBe(1)
  })
})

describe('the directory over a network', () => {
  const stops: (() => void)[] = []
  afterEach(() => {
    for (const stop of stops.splice(0)) stop()
  })
  const clock = clockOf(1)

  /** At a moment of its own; time passes only by `wait`. */
  const heldClock = () => {
    let nowMs = clock.now()
    return {
      ...clock,
      now: () => nowMs,
      wait: (ms: number) => {
        nowMs += ms
      },
    }
  }

  const nodeOf = (grid: ReturnType<typeof memoryGrid>, over: Partial<DirectoryComponents> = {}) => {
    const signer = signerFromKey(newPrivateKey())
    const network = grid.join({ address: signer.address })
    const directory = createDirectory({ network, signer, clock, logger: silent, ...over })
    stops.push(
      () => directory.stop(),
      () => void network.stop(),
    )
    return { signer, network, directory }
  }
  const listening = (network: Network) => {
    const heard: string[] = []
    network.handle(DEMAND_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES }, async ({ messages }) => {
      for await (const raw of messages) heard.push(new TextDecoder().decode(raw))
    })
    return heard
  }
  const demand = new TextEncoder().encode('a demand')

  it('hands a demand to whoever lends the application, once, and not to whoever does not, any more or yet', async () => {
    const grid = memoryGrid()
    const time = heldClock()
    const [asking, lending, other] = [nodeOf(grid, { clock: time }), nodeOf(grid), nodeOf(grid)]
    const [heard, elsewhere] = [listening(lending.network), listening(other.network)]
    const leave = lending.directory.join([MANIFEST])
    const spread = asking.directory.spread({ manifest: MANIFEST, id: hashText('demand') })
    await vi.waitFor(async () => expect(await spread.next(demand, 8, never)).toBe(1), { timeout: 10_000 })
    expect(await spread.next(demand, 8, never)).toBe(0)
    expect([heard, elsewhere]).toEqual([['a demand'], []])
    other.directory.join([MANIFEST])
    await vi.waitFor(async () => expect(await spread.next(demand, 8, never)).toBe(1), { timeout: 10_000 })
    expect(heard).toHaveLength(1)
    leave()
    time.wait(60_000)
    // Whoever left is asked no more; that is known once it has said so.
    await vi.waitFor(async () => {
      const before = heard.length
      const fresh = asking.directory.spread({ manifest: MANIFEST, id: hashText(`demand ${elsewhere.length}`) })
      expect(await fresh.next(demand, 8, never)).toBe(1)
      expect(heard).toHaveLength(before)
    }, 10_000)
  }, 30_000)

  it('hands a demand again to whoever has it, after a while', async () => {
    const grid = memoryGrid()
    const time = heldClock()
    const [asking, lending] = [nodeOf(grid, { clock: time }), nodeOf(grid)]
    const heard = listening(lending.network)
    lending.directory.join([MANIFEST])
    const spread = asking.directory.spread({ manifest: MANIFEST, id: hashText('demand') })
    await vi.waitFor(async () => expect(await spread.next(demand, 8, never)).toBe(1), { timeout: 10_000 })
    time.wait(3_000)
    expect(await spread.next(demand, 8, never)).toBe(0)
    time.wait(2_000)
    expect(await spread.next(demand, 8, never)).toBe(1)
    await vi.waitFor(() => expect(heard).toHaveLength(2))
  }, 30_000)

  it('tells of new addresses soon, and not only in the next round', async () => {
    const grid = memoryGrid()
    const asker = signerFromKey(newPrivateKey())
    const plain = grid.join({ address: asker.address })
    const seen: string[] = []
    const watched: Network = {
      ...plain,
      open: (to, protocol, options) => {
        if (protocol === DEMAND_PROTOCOL) seen.push(...to.addresses)
        return plain.open(to, protocol, options)
      },
    }
    const asking = nodeOf(grid, { network: watched, signer: asker })
    const lender = signerFromKey(newPrivateKey())
    const network = grid.join({ address: lender.address })
    let addresses = ['/memory/home']
    const moving = { ...network, contact: () => ({ ...network.contact(), addresses }) }
    const lending = nodeOf(grid, { network: moving, signer: lender, clock: clockOf(20) })
    lending.directory.join([MANIFEST])
    const hearing = (address: string) =>
      vi.waitFor(
        async () => {
          await asking.directory.spread({ manifest: MANIFEST, id: hashText(`${seen.length}`) }).next(demand, 8, never)
          expect(seen.at(-1)).toBe(address)
        },
        { timeout: 10_000 },
      )
    listening(network)
    await hearing('/memory/home')
    addresses = ['/memory/away']
    await hearing('/memory/away')
  }, 30_000)

  it('dials nobody whose membership is not signed by himself', async () => {
    const grid = memoryGrid()
    const [asking, victim] = [nodeOf(grid), nodeOf(grid)]
    const heard = listening(victim.network)
    const liar = signerFromKey(newPrivateKey())
    const network = grid.join({ address: liar.address })
    stops.push(() => void network.stop())
    const body = {
      ...{ provider: victim.signer.address, manifest: MANIFEST, contact: victim.network.contact(), depth: 0 },
      ...{ issuedAtMs: Date.now(), expiresAtMs: Date.now() + 60_000 },
    }
    const members = [{ body, signature: signMembership(liar, body).signature }]
    let asked = 0
    network.handle(DIRECTORY_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES }, async (channel) => {
      for await (const _ of channel.messages) {
        asked += 1
        const reply = { contact: network.contact(), nodes: [], population: 1, members }
        return channel.send(new TextEncoder().encode(encodeJson(reply)))
      }
    })
    const spread = asking.directory.spread({ manifest: MANIFEST, id: hashText('demand') })
    await vi.waitFor(async () => {
      expect(await spread.next(demand, 8, never)).toBe(0)
      expect(asked).toBeGreaterThan(0)
    })
    expect(heard).toEqual([])
  })
})
