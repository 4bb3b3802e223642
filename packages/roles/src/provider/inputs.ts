import type { Folders, Scanner, Storage } from '@golem/ports'
import type { Bytes32, Cid, PeerContact } from '@golem/protocol'
import { refuseMalware } from '../refuse-malware.ts'
import { LIMITS } from './limits.ts'

/** `contentKey` opens them, where they are sealed. */
export type WantedInputs = { cid: Cid; contentKey?: Uint8Array }

/** Inputs of agreements on the disk: each fetched and written once, then linked into every program that wants them. */
export type Inputs = {
  /**
   * The folder with these inputs.
   *
   * @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE`, `STORAGE_FULL`, `MALWARE_FOUND`, `SCAN_FAILED`
   */
  lay(agreement: Bytes32, wanted: WantedInputs, from: readonly PeerContact[], signal: AbortSignal): Promise<string>
  /**
   * Brings the image that an application runs on, where it is not here, and keeps it as long as the agreement.
   *
   * @throws {GolemError} as `lay`
   */
  bring(agreement: Bytes32, image: Cid, from: readonly PeerContact[], signal: AbortSignal): Promise<void>
  /** Removes an agreement's inputs except the newest and those in use: programs have their own links. */
  trim(agreement: Bytes32, inUse: ReadonlySet<Cid>): Promise<void>
  endAgreement(agreement: Bytes32): Promise<void>
}

/** Inputs' folders, below the node's own. */
export const INPUT_FOLDERS = 'provider/inputs'

type Shelf = { folder: Promise<string>; laid: Map<Cid, Promise<string>> }

const imageOwner = (agreement: Bytes32): string => `provider/image/${agreement}`

export function createInputs(
  { storage, folders, scanner }: { storage: Storage; folders: Folders; scanner?: Scanner | undefined },
  { maxInputBytes }: { maxInputBytes: () => number },
): Inputs {
  const shelves = new Map<Bytes32, Shelf>()
  const images = new Map<Bytes32, { image: Cid; brought: Promise<void> }>()
  /** Images in which nothing was found. */
  const scanned = new Set<Cid>()
  let fetches = 0

  const shelfOf = (agreement: Bytes32): Shelf => {
    const shelf = shelves.get(agreement) ?? { folder: folders.make(`${INPUT_FOLDERS}/${agreement}`), laid: new Map() }
    shelves.set(agreement, shelf)
    return shelf
  }

  const fetch = async (
    folder: string,
    { cid, ...sealing }: WantedInputs,
    from: readonly PeerContact[],
    signal: AbortSignal,
  ): Promise<string> => {
    // One for each attempt: another agreement may lay the same content at the same time, and lets go of its own.
    const owner = `provider/inputs/${fetches++}`
    await storage.pin(cid, owner)
    try {
      await storage.fetch(cid, { from, maxBytes: maxInputBytes(), signal })
      const path = folders.join(folder, cid)
      await storage.materialise(cid, path, { signal, ...sealing })
      await refuseMalware({ scanner, folders }, path, signal)
      return path
    } finally {
      // From here on the storage may forget them: it keeps what it can, so that the next job need not fetch them.
      await storage.unpin(owner)
    }
  }

  /** Packed, as it comes: a scanner opens archives by itself. */
  const scanImage = async (agreement: Bytes32, image: Cid, signal: AbortSignal): Promise<void> => {
    if (scanner === undefined || scanned.has(image)) return
    const path = folders.join(await shelfOf(agreement).folder, `image-${image}`)
    await storage.materialise(image, path, { signal })
    await refuseMalware({ scanner, folders }, path, signal)
    await folders.remove(path)
    scanned.add(image)
  }

  return {
    lay: async (agreement, wanted, from, signal) => {
      const { cid } = wanted
      const { folder, laid } = shelfOf(agreement)
      const found = laid.get(cid) ?? folder.then((path) => fetch(path, wanted, from, signal))
      if (!laid.has(cid)) {
        laid.set(cid, found)
        // One that did not come may come the next time.
        found.catch(() => laid.delete(cid))
      }
      return await found
    },
    bring: async (agreement, image, from, signal) => {
      const known = images.get(agreement)
      if (known?.image === image) return await known.brought
      const brought = (async () => {
        await storage.pin(image, imageOwner(agreement))
        await storage.fetch(image, { from, maxBytes: LIMITS.imageBytes, signal })
        await scanImage(agreement, image, signal)
      })()
      images.set(agreement, { image, brought })
      brought.catch(() => images.delete(agreement))
      await brought
    },
    trim: async (agreement, inUse) => {
      const laid = shelves.get(agreement)?.laid ?? new Map<Cid, Promise<string>>()
      const newest = [...laid.keys()].at(-1)
      for (const [cid, path] of laid) {
        if (cid === newest || inUse.has(cid)) continue
        const found = await path.catch(() => null)
        laid.delete(cid)
        if (found !== null) await folders.remove(found)
      }
    },
    endAgreement: async (agreement) => {
      if (images.delete(agreement)) await storage.unpin(imageOwner(agreement))
      const shelf = shelves.get(agreement)
      if (shelf === undefined) return
      shelves.delete(agreement)
      await Promise.allSettled(shelf.laid.values())
      await folders.remove(await shelf.folder)
    },
  }
}
