import type { Blocks } from '../src/blocks/blocks.ts'
import { boundedBlocks, type PinnedBlocks } from '../src/blocks/bounded-blocks.ts'
import { diskMedium } from '../src/disk/disk-medium.ts'

/** Blocks on a disk, as the storage has them. */
export const diskBlocks = async ({
  path,
  maxBytes,
  pinned,
}: {
  path: string
  maxBytes: number
  pinned: PinnedBlocks
}): Promise<Blocks> => boundedBlocks({ medium: await diskMedium(path), pinned }, { maxBytes })
