import { mkdir } from 'node:fs/promises'
import type { Storage } from '@golem/ports'
import type { Cid } from '@golem/protocol'
import { CID } from 'multiformats/cid'
import { parseBlockCid } from '../blocks/block-cid.ts'
import { boundedBlocks } from '../blocks/bounded-blocks.ts'
import { exportCar } from '../car/export-car.ts'
import {
  type AddOptions,
  type Content,
  type ContentComponents,
  type ContentOptions,
  createContent,
} from '../create-content.ts'
import { openTree } from '../sealed/open-tree.ts'
import { createSealer } from '../sealed/sealer.ts'
import type { Profile } from '../tree/import-tree.ts'
import { contentOfPath, readInPieces } from './content-of-path.ts'
import { diskError } from './disk-error.ts'
import { diskMedium } from './disk-medium.ts'
import { diskPins } from './disk-pins.ts'
import { materialise } from './materialise.ts'
import { materialiseSealed } from './materialise-sealed.ts'
import { writeWhole } from './write-whole.ts'

export type StorageComponents = Pick<ContentComponents, 'network' | 'onMisbehaviour'>

export type StorageOptions = ContentOptions & {
  /** A folder of its own, for one process at a time. */
  path: string
  /** What all blocks may take on the disk together. */
  maxBytes: number
}

/** The `Storage` port on a disk, and what the owner of that disk asks of it besides. */
export type DiskStorage = Storage &
  Pick<Content, 'fetch' | 'addTree' | 'list' | 'sizeOf' | 'pins' | 'usage' | 'collectGarbage' | 'speakBitswap'> & {
    addPath(path: string, options?: AddOptions & { profile?: Profile }): ReturnType<Storage['addPath']>
    /** @throws {GolemError} `FILE_MISSING`, `CAR_INVALID`, `STORAGE_FULL` */
    importCar(path: string, options?: Omit<AddOptions, 'contentKey'>): ReturnType<Content['addCar']>
    /**
     * Writes a tree that is here as a CAR; `target` must not exist.
     *
     * @param root as it shall stand in the header, `Qm…` too
     * @throws {GolemError} `CONTENT_UNAVAILABLE`, `TARGET_EXISTS`, `STORAGE_FULL` where the disk is
     */
    exportCar(root: string, target: string, options?: { signal?: AbortSignal }): Promise<{ sizeBytes: number }>
  }

/**
 * Content-addressed files on a disk, served to and fetched from peers. See README.md of this room for what is kept
 * through a kill and through a power cut, and for who may fetch what.
 *
 * @throws {GolemError} `STORAGE_FAILED` where the folder cannot be used
 *
 * @example
 * const storage = await createStorage({ network }, { path: '/home/ann/.golem/content', maxBytes: 20 * 1024 ** 3 })
 * const { cid } = await storage.addPath('/home/ann/scene')
 */
export async function createStorage(
  components: StorageComponents,
  { path, maxBytes, ...options }: StorageOptions,
): Promise<DiskStorage> {
  const prepare = async () => {
    await mkdir(path, { recursive: true, mode: 0o700 })
    return { pins: await diskPins(path), medium: await diskMedium(path) }
  }
  const { pins, medium } = await prepare().catch((cause) => {
    throw diskError(path, cause)
  })
  const openBlocks: ContentComponents['openBlocks'] = (pinned) => boundedBlocks({ medium, pinned }, { maxBytes })
  const { addCar, reading, ...content } = createContent({ ...components, pins, openBlocks }, options)

  return {
    ...content,
    addPath: async (from, options) => content.addTree(await contentOfPath(from), options),
    materialise: (cid, target, options) =>
      reading(
        cid,
        async ({ reader, root, signal }) => {
          const key = options?.contentKey
          if (key === undefined) return materialise(reader, root, target, signal)
          await materialiseSealed(await openTree(reader, root, await createSealer(key), signal), target, signal)
        },
        options,
      ),
    importCar: (from, options) => addCar(readInPieces(from), options),
    exportCar: (root, target, options) =>
      reading(
        parseBlockCid(root).toString() as Cid,
        ({ reader, signal }) => writeWhole(target, exportCar(reader, CID.parse(root), signal)),
        options,
      ),
  }
}
