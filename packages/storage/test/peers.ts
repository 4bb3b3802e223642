import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Channel, Network } from '@golem/ports'
import { memoryGrid } from '@golem/ports/memory'
import { asAddress, type Cid, type GolemError, type PeerContact } from '@golem/protocol'
import { createStorage, type DiskStorage, type StorageOptions } from '../src/disk/create-storage.ts'
import { CONTENT_PROTOCOL, decodeAnswer } from '../src/transfer/messages.ts'

export type TestPeer = {
  network: Network
  storage: DiskStorage
  contact: PeerContact
  path: string
  /** Peers that this one was told to have lied, by id, with the error's code. */
  liars: string[]
  /** CIDs of all blocks that came to this peer, in their order. */
  received: string[]
}

/** Peers in one process, with real storages on the disk. */
export async function peersForTests() {
  const grid = memoryGrid()
  const folder = await mkdtemp(join(tmpdir(), 'golem-peers-'))
  const stops: (() => Promise<unknown>)[] = []
  let peers = 0

  const join_ = (): Network => {
    const network = grid.join({ address: asAddress(`0x${String(++peers).padStart(40, '0')}`) })
    stops.unshift(() => network.stop())
    return network
  }

  return {
    folder,
    /** A network alone, to script an odd peer on. */
    join: join_,
    peer: async (options: Partial<StorageOptions> = {}): Promise<TestPeer> => {
      const network = join_()
      const received: string[] = []
      const liars: string[] = []
      const path = options.path ?? join(folder, `peer ${peers}`)
      const storage = await createStorage(
        {
          network: watching(network, received),
          onMisbehaviour: (source: string, error: GolemError) => liars.push(`${source} ${error.code}`),
        },
        { maxBytes: 1e9, stallTimeoutMs: 20_000, ...options, path },
      )
      stops.unshift(() => storage.stop())
      return { network, storage, contact: network.contact(), path, liars, received }
    },
    remove: async () => {
      for (const stop of stops) await stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** The same network, noting what blocks come in. */
function watching(network: Network, received: string[]): Network {
  return {
    ...network,
    open: async (to, protocol, options) => {
      const channel = await network.open(to, protocol, options)
      if (protocol !== CONTENT_PROTOCOL) return channel
      const noted = async function* (): AsyncGenerator<Uint8Array> {
        for await (const message of channel.messages) {
          const answer = decodeAnswer(message)
          if (answer?.type === 'block') received.push(answer.cid.toString())
          yield message
        }
      }
      return { ...channel, messages: noted() } satisfies Channel
    },
  }
}

export const FETCH = { maxBytes: 1e9 }

/** Reads a tree of one file. */
export const bytesOf = (storage: DiskStorage, cid: Cid): Promise<Uint8Array> => storage.readFile(cid, FETCH)
