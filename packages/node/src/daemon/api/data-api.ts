import type { AddedData } from '@golem/api'
import type { Network } from '@golem/ports'
import type { Cid } from '@golem/protocol'
import { toCidV0, toCidV1 } from '@golem/storage'
import type { DataApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { download } from './download.ts'
import { sourcesOf } from './sources-of.ts'
import { textOf } from './text-of.ts'

/** Who keeps what the person pinned by hand; a root each, so that each can be let go alone. */
const personOf = (cid: Cid): string => `person/${cid}`
const nameOf = (owner: string): string => (owner.startsWith('person/') ? 'person' : owner)

/** What a person reads at once: a reason, or what shows that somebody is wrong. */
const MAX_TEXT_BYTES = 256 * 1024

type Components = Pick<DaemonParts, 'storage'> & { network: Network }

export function createDataApi({ storage, network }: Components): DataApi {
  let works = 0

  type Wanted = { from: readonly string[]; maxBytes?: number; signal: AbortSignal }

  const fetch = async (cid: Cid, { from, maxBytes = storage.usage().maxBytes, signal }: Wanted): Promise<void> => {
    if (await storage.has(cid)) return
    await storage.fetch(cid, { ...sourcesOf(network, from), maxBytes, signal })
  }

  /** Fetches, and keeps it while something is done with it. */
  const withContent = async <T>(cid: Cid, wanted: Wanted, body: () => Promise<T>): Promise<T> => {
    const owner = `command/${works++}`
    await storage.pin(cid, owner)
    try {
      await fetch(cid, wanted)
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
    readText: (text, { signal }) => {
      const cid = toCidV1(text)
      return withContent(cid, { from: [], maxBytes: MAX_TEXT_BYTES, signal }, async () => {
        const bytes = await storage.readFile(cid, { maxBytes: MAX_TEXT_BYTES })
        return { cid, sizeBytes: bytes.length, text: textOf(bytes) }
      })
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
      return withContent(cid, { from, signal }, async (): Promise<AddedData> => {
        await storage.materialise(cid, path, { signal })
        return { cid, sizeBytes: await storage.sizeOf(cid) }
      })
    },
    exportData: (text, { path, from }, { signal }) => {
      const cid = toCidV1(text)
      return withContent(cid, { from, signal }, async () => ({
        cid,
        sizeBytes: (await storage.exportCar(text, path, { signal })).sizeBytes,
      }))
    },
    pinData: async (text, { from }, { signal }) => {
      const cid = toCidV1(text)
      return withContent(cid, { from, signal }, async () => {
        await storage.pin(cid, personOf(cid))
        return { cid, sizeBytes: await storage.sizeOf(cid) }
      })
    },
    unpinData: (text) => storage.unpin(personOf(toCidV1(text))),
    clearData: () => storage.collectGarbage(),
  }
}
