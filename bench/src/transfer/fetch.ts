import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createNetwork } from '@golem/network'
import { asCid, newPrivateKey } from '@golem/protocol'
import { createStorage } from '@golem/storage/disk'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { unixfs } from '@helia/unixfs'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import type { Place, Way } from './messages.ts'

type Wanted = { sizeBytes: number; sha256: string; folder: string }
/** Brings the file onto the disk, once; connected before. */
export type Fetching = { fetch(): Promise<void>; stop(): Promise<void> }

const host = '127.0.0.1'
const nothing = async (): Promise<void> => {}

export async function prepareFetch(way: Way, place: Place, wanted: Wanted): Promise<Fetching> {
  const target = join(wanted.folder, 'arrived')
  switch (way) {
    case 'http':
      return {
        fetch: async () => {
          const response = await new Promise<IncomingMessage>((resolve, reject) =>
            get({ host, port: place.port }, resolve).on('error', reject),
          )
          await toDisk(response, target, { ...wanted, hashes: true })
        },
        stop: nothing,
      }
    case 'tcp':
      return { fetch: () => toDisk(connect(place.port, host), target, { ...wanted, hashes: false }), stop: nothing }
    case 'golem':
      return overGolem(place, wanted)
    case 'bitswap':
      return overBitswap(place, wanted, target)
  }
}

/** Each block is checked as it comes, and lies in the storage then. */
async function overGolem({ port, peerId = '', cid = '' }: Place, { sizeBytes, folder }: Wanted): Promise<Fetching> {
  const options = { listen: [], bootstrap: [], mdns: false }
  const network = await createNetwork({ privateKey: newPrivateKey() }, options)
  const storage = await createStorage({ network }, { path: join(folder, 'content'), maxBytes: 4e9 })
  const address = `/ip4/${host}/tcp/${port}/p2p/${peerId}`
  await network.connect(address)
  return {
    fetch: () => storage.fetch(asCid(cid), { from: [{ peerId, addresses: [address] }], maxBytes: sizeBytes }),
    stop: async () => {
      await storage.stop()
      await network.stop()
    },
  }
}

/** A stock Helia node; it checks each block, too. */
async function overBitswap({ port, peerId = '', cid = '' }: Place, wanted: Wanted, target: string): Promise<Fetching> {
  const helia = withBitswap(
    withLibp2pLight(createHeliaLight(), {
      transports: [tcp()],
      connectionEncrypters: [tls(), noise()],
      streamMuxers: [yamux()],
      services: { identify: identify() },
    }),
  )
  await helia.start()
  await helia.libp2p.dial(multiaddr(`/ip4/${host}/tcp/${port}/p2p/${peerId}`))
  return {
    fetch: () => toDisk(unixfs(helia).cat(CID.parse(cid)), target, { ...wanted, hashes: false }),
    stop: async () => void (await helia.stop()),
  }
}

/** @throws {Error} where it is not what was wanted */
async function toDisk(
  from: AsyncIterable<Uint8Array>,
  target: string,
  { sizeBytes, sha256, hashes }: Pick<Wanted, 'sizeBytes' | 'sha256'> & { hashes: boolean },
): Promise<void> {
  const hash = createHash('sha256')
  let arrivedBytes = 0
  const noting = new Transform({
    transform(bytes: Uint8Array, _encoding, done) {
      arrivedBytes += bytes.length
      if (hashes) hash.update(bytes)
      done(null, bytes)
    },
  })
  await pipeline(from, noting, createWriteStream(target))
  if (arrivedBytes !== sizeBytes) throw new Error(`${arrivedBytes} bytes came instead of ${sizeBytes}`)
  if (hashes && hash.digest('hex') !== sha256) throw new Error('other bytes came')
}
