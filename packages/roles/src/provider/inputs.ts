import type { Folders, Storage } from '@golem/ports'
import type { Bytes32, Cid, PeerContact } from '@golem/protocol'

/** Inputs of agreements on the disk: each fetched and written once, then linked into every program that wants them. */
export type Inputs = {
  /** The folder with these inputs. @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE`, `STORAGE_FULL` */
  lay(agreement: Bytes32, cid: Cid, from: PeerContact, signal: AbortSignal): Promise<string>
  /** Removes an agreement's inputs except the newest and those in use: programs have their own links. */
  trim(agreement: Bytes32, inUse: ReadonlySet<Cid>): Promise<void>
  endAgreement(agreement: Bytes32): Promise<void>
}

/** Inputs' folders, below the node's own. */
export const INPUT_FOLDERS = 'provider/inputs'

type Laid = Promise<{ folder: string; path: string }>

export function createInputs(
  { storage, folders }: { storage: Storage; folders: Folders },
  { maxInputBytes }: { maxInputBytes: number },
): Inputs {
  const byAgreement = new Map<Bytes32, Map<Cid, Laid>>()

  const lay = async (agreement: Bytes32, cid: Cid, from: PeerContact, signal: AbortSignal): Laid => {
    const owner = `provider/inputs/${agreement}/${cid}`
    await storage.pin(cid, owner)
    try {
      await storage.fetch(cid, { from: [from], maxBytes: maxInputBytes, signal })
      const folder = await folders.make(`${INPUT_FOLDERS}/${agreement}/${cid}`)
      const path = folders.join(folder, 'files')
      await storage.materialise(cid, path, { signal })
      return { folder, path }
    } finally {
      // From here on the storage may forget them: it keeps what it can, so that the next job need not fetch them.
      await storage.unpin(owner)
    }
  }
  const remove = async (laid: Laid): Promise<void> => {
    const found = await laid.catch(() => null)
    if (found !== null) await folders.remove(found.folder)
  }

  return {
    lay: async (agreement, cid, from, signal) => {
      const laid = byAgreement.get(agreement) ?? new Map<Cid, Laid>()
      byAgreement.set(agreement, laid)
      const found = laid.get(cid) ?? lay(agreement, cid, from, signal)
      if (!laid.has(cid)) {
        laid.set(cid, found)
        found.catch(() => laid.delete(cid))
      }
      return (await found).path
    },
    trim: async (agreement, inUse) => {
      const laid = byAgreement.get(agreement)
      if (laid === undefined) return
      const newest = [...laid.keys()].at(-1)
      for (const [cid, each] of laid) {
        if (cid === newest || inUse.has(cid)) continue
        laid.delete(cid)
        await remove(each)
      }
    },
    endAgreement: async (agreement) => {
      const laid = byAgreement.get(agreement)
      byAgreement.delete(agreement)
      await Promise.all([...(laid?.values() ?? [])].map(remove))
    },
  }
}
