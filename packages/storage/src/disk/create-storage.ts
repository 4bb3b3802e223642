import { mkdir } from 'node:fs/promises'
import type { Storage } from '@golem/ports'
import { boundedBlocks } from '../blocks/bounded-blocks.ts'
import { type ContentComponents, type ContentOptions, createContent } from '../create-content.ts'
import { contentOfPath } from './content-of-path.ts'
import { diskError } from './disk-error.ts'
import { diskMedium } from './disk-medium.ts'
import { diskPins } from './disk-pins.ts'
import { materialise } from './materialise.ts'

export type StorageComponents = Pick<ContentComponents, 'network' | 'onMisbehaviour'>

export type StorageOptions = ContentOptions & {
  /** A folder of its own, for one process at a time. */
  path: string
  /** What all blocks may take on the disk together. */
  maxBytes: number
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
): Promise<Storage> {
  const prepare = async () => {
    await mkdir(path, { recursive: true, mode: 0o700 })
    return { pins: await diskPins(path), medium: await diskMedium(path) }
  }
  const { pins, medium } = await prepare().catch((cause) => {
    throw diskError(path, cause)
  })
  const openBlocks: ContentComponents['openBlocks'] = (pinned) => boundedBlocks({ medium, pinned }, { maxBytes })
  const { addTree, reading, ...content } = createContent({ ...components, pins, openBlocks }, options)

  return {
    ...content,
    addPath: async (from, options) => addTree(await contentOfPath(from), options),
    materialise: (cid, target, options) =>
      reading(cid, ({ reader, root, signal }) => materialise(reader, root, target, signal), options),
  }
}
