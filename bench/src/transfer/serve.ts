import { createReadStream, statSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createNetwork } from '@golem/network'
import { newPrivateKey } from '@golem/protocol'
import { createStorage } from '@golem/storage/disk'
import type { Place, Way } from './messages.ts'

const LISTEN = ['/ip4/127.0.0.1/tcp/0']

/** Serves one file in one way, until the process ends. */
export async function serve(way: Way, { file, folder }: { file: string; folder: string }): Promise<Place> {
  switch (way) {
    case 'tcp':
      return listening(createServer((socket) => void pipeline(createReadStream(file), socket).catch(() => {})))
    case 'http':
      return listening(
        createHttpServer((_, response) => {
          response.setHeader('content-length', statSync(file).size)
          void pipeline(createReadStream(file), response).catch(() => {})
        }),
      )
    case 'golem':
    case 'bitswap': {
      const options = { listen: LISTEN, bootstrap: [], mdns: false, admitOthers: true }
      const network = await createNetwork({ privateKey: newPrivateKey() }, options)
      const storage = await createStorage({ network }, { path: join(folder, 'content'), maxBytes: 4e9 })
      if (way === 'bitswap') await storage.speakBitswap(network.libp2p)
      const { cid } = await storage.addPath(file)
      const [address = ''] = network.contact().addresses
      return { port: Number(/\/tcp\/(\d+)/.exec(address)?.[1]), peerId: network.self.peerId, cid }
    }
  }
}

const listening = (server: Server): Promise<Place> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port })),
  )
