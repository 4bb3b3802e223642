import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNetwork, DEV_LISTEN, type GolemNetwork } from '@golem/network'
import { type Cid, newPrivateKey } from '@golem/protocol'
import { toCidV0 } from '@golem/storage'
import { createStorage, type DiskStorage } from '@golem/storage/disk'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { unixfs } from '@helia/unixfs'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import { afterEach, beforeEach, expect, it } from 'vitest'

const MIB = 1024 * 1024
/** For what a loaded machine does slowly. */
const patience = () => ({ signal: AbortSignal.timeout(60_000) })

const SOON = { timeout: 30_000 }

let folder: string
let network: GolemNetwork
let storage: DiskStorage
let helia: ReturnType<typeof stockHelia>

/** As it comes, with a key of the kind that IPFS nodes have, and no public node to dial. */
const stockHelia = () =>
  withBitswap(
    withLibp2pLight(createHeliaLight(), {
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { identify: identify() },
    }),
  )

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-bitswap-'))
  const options = { listen: DEV_LISTEN, bootstrap: [], mdns: false, admitOthers: true }
  network = await createNetwork({ privateKey: newPrivateKey() }, options)
  storage = await createStorage({ network }, { path: join(folder, 'content'), maxBytes: 500 * MIB })
  await storage.speakBitswap(network.libp2p)
  helia = stockHelia()
  await helia.start()
})
afterEach(async () => {
  await helia.stop()
  await storage.stop()
  await network.stop()
  await rm(folder, { recursive: true })
})

const connect = () => helia.libp2p.dial(multiaddr(network.contact().addresses[0]), patience())
const read = async (cid: string) => Buffer.concat(await Array.fromAsync(unixfs(helia).cat(CID.parse(cid), patience())))

it('a stock Helia node fetches a file, a folder, and content of the older kind', { timeout: 120_000 }, async () => {
  await connect()
  const bytes = randomBytes(20 * MIB + 5)
  const { cid } = await storage.addBytes(bytes)
  expect(Buffer.compare(await read(cid), bytes)).toBe(0)

  await mkdir(join(folder, 'tree', 'textures'), { recursive: true })
  await writeFile(join(folder, 'tree', 'scene.blend'), bytes.subarray(0, 3 * MIB))
  await writeFile(join(folder, 'tree', 'textures', 'wood.png'), 'wood')
  const tree = await storage.addPath(join(folder, 'tree'))
  const names = []
  for await (const { name } of unixfs(helia).ls(CID.parse(tree.cid), patience())) names.push(name)
  expect(names).toEqual(['scene.blend', 'textures'])
  const wood = unixfs(helia).cat(CID.parse(tree.cid), { path: 'textures/wood.png', ...patience() })
  expect(Buffer.concat(await Array.fromAsync(wood)).toString()).toBe('wood')

  const older = await storage.addPath(join(folder, 'tree', 'scene.blend'), { profile: 'unixfs-v0-2015' })
  expect(Buffer.compare(await read(toCidV0(older.cid)), bytes.subarray(0, 3 * MIB))).toBe(0)
})

it('reaches nothing but Bitswap: our own protocols are for peers that own an address', async () => {
  const connection = await connect()
  for (const protocol of ['/golem/content/1.0.0', '/golem/peers/1.0.0']) {
    const stream = await connection.newStream(protocol, patience()).catch(() => null)
    if (stream === null) continue
    await new Promise<void>((resolve) => {
      if (stream.status !== 'open') resolve()
      stream.addEventListener('close', () => resolve())
    })
    expect(stream.status).not.toBe('open')
  }
  expect(network.peers()).toEqual([])
})

it('is not let in where the node admits only peers that own an address', async () => {
  const options = { listen: DEV_LISTEN, bootstrap: [], mdns: false }
  const closed = await createNetwork({ privateKey: newPrivateKey() }, options)
  // Who dials may believe it is connected until it hears otherwise.
  await helia.libp2p.dial(multiaddr(closed.contact().addresses[0]), patience()).catch(() => {})
  await expect.poll(() => helia.libp2p.getPeers(), SOON).toEqual([])
  expect(closed.libp2p.getPeers()).toEqual([])
  await closed.stop()
})

it('is one of 32 at most, and golem peers come in all the same', { timeout: 120_000 }, async () => {
  const { cid } = await storage.addBytes(randomBytes(1_000))
  const many = await Promise.all(
    Array.from({ length: 34 }, async () => {
      const each = stockHelia()
      await each.start()
      return each
    }),
  )
  for (const each of many) await each.libp2p.dial(multiaddr(network.contact().addresses[0]), patience()).catch(() => {})
  await expect.poll(() => many.filter((each) => each.libp2p.getPeers().length > 0).length, SOON).toBe(32)
  expect(network.libp2p.getPeers()).toHaveLength(32)
  const peer = await createNetwork({ privateKey: newPrivateKey() }, { listen: DEV_LISTEN, bootstrap: [], mdns: false })
  const other = await createStorage({ network: peer }, { path: join(folder, 'other'), maxBytes: MIB })
  await other.fetch(cid as Cid, { from: [network.contact()], maxBytes: MIB })
  await other.stop()
  await peer.stop()
  for (const each of many) await each.stop()
})
