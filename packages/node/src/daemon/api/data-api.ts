import type { AddedData } from '@golem/api'
import type { Network } from '@golem/ports'
import { type Cid, GolemError, type PeerContact } from '@golem/protocol'
import { toCidV0, toCidV1 } from '@golem/storage'
import type { DataApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { download } from './download.ts'

/** Peers asked where nobody is named. */
const MAX_ASKED = 16

/** Who keeps what the person pinned by hand; a root each, so that each can be let go alone. */
const personOf = (cid: Cid): string => `person/${cid}`
const nameOf = (owner: string): string => (owner.startsWith('person/') ? 'person' : owner)

type Components = Pick<DaemonParts, 'storage'> & { network: Network }

export function createDataApi({ storage, network }: Components): DataApi {
  let works = 0

  const sourcesOf = (from: readonly string[]): { from: PeerContact[]; gateways?: string[] } => {
    if (from.length > 0) {
      return { from: from.filter((each) => !isUrl(each)).map(contactOf), gateways: from.filter(isUrl) }
    }
    // Connections that are open need no address.
    const peers = network.peers().slice(0, MAX_ASKED)
    return { from: peers.map(({ peerId }) => ({ peerId, addresses: [] })) }
  }

  const fetch = async (cid: Cid, from: readonly string[], signal: AbortSignal): Promise<void> => {
    if (await storage.has(cid)) return
    await storage.fetch(cid, { ...sourcesOf(from), maxBytes: storage.usage().maxBytes, signal })
  }

  /** Fetches, and keeps it while something is done with it. */
  const withContent = async <T>(
    cid: Cid,
    from: readonly string[],
    signal: AbortSignal,
    body: () => Promise<T>,
  ): Promise<T> => {
    const owner = `command/${works++}`
    await storage.pin(cid, owner)
    try {
      await fetch(cid, from, signal)
      return await body()
    } finally {
      await storage.unpin(owner)
    }
  }

  return {
    showData: async () => {
      const pinned = await storage.pins()
      return {
        ...storage.usage(),
        pinned: pinned.map(({ owners, ...tree }) => ({ ...tree, owners: [...new Set(owners.map(nameOf))] })),
      }
    },
    listData: async (text) => {
      const cid = toCidV1(text)
      return { cid, entries: await storage.list(cid) }
    },
    addData: async ({ path, url, profile, pin }, { signal }) => {
      const options = { signal, ...(profile === undefined ? {} : { profile }), ...(pin ? { pinAs: personOf } : {}) }
      const { cid, sizeBytes } =
        url === undefined
          ? await storage.addPath(path ?? '', options)
          : await storage.addTree({ file: download(url, signal) }, options)
      return { cid: profile === 'unixfs-v0-2015' ? toCidV0(cid) : cid, sizeBytes }
    },
    importData: async ({ path, pin }, { signal }) => ({
      roots: await storage.importCar(path, { signal, ...(pin ? { pinAs: personOf } : {}) }),
    }),
    writeData: (text, { path, from }, { signal }) => {
      const cid = toCidV1(text)
      return withContent(cid, from, signal, async (): Promise<AddedData> => {
        await storage.materialise(cid, path, { signal })
        return { cid, sizeBytes: await storage.sizeOf(cid) }
      })
    },
    exportData: (text, { path, from }, { signal }) => {
      const cid = toCidV1(text)
      return withContent(cid, from, signal, async () => ({
        cid,
        sizeBytes: (await storage.exportCar(text, path, { signal })).sizeBytes,
      }))
    },
    pinData: async (text, { from }, { signal }) => {
      const cid = toCidV1(text)
      return withContent(cid, from, signal, async () => {
        await storage.pin(cid, personOf(cid))
        return { cid, sizeBytes: await storage.sizeOf(cid) }
      })
    },
    unpinData: (text) => storage.unpin(personOf(toCidV1(text))),
    clearData: () => storage.collectGarbage(),
  }
}

const isUrl = (source: string): boolean => /^https?:\/\//.test(source)

/** @throws {GolemError} `SOURCE_INVALID` */
function contactOf(address: string): PeerContact {
  const peerId = /\/p2p\/(\w+)$/.exec(address)?.[1]
  if (peerId !== undefined) return { peerId, addresses: [address] }
  throw new GolemError({
    code: 'SOURCE_INVALID',
    message: `${address} names no peer.`,
    remedy:
      'Write an address such as /ip4/192.0.2.7/tcp/4001/p2p/16Uiu2…, as `golem status` shows it there, or the URL of a gateway.',
  })
}
