import { stat } from 'node:fs/promises'
import { type Image, image as imageSchema, type NewImage } from '@golem/api'
import { GolemError } from '@golem/protocol'
import { buildLayout, copyLayout } from '@golem/sandbox'
import type { ImagesApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

const RECORDS = 'image/'

/** Images as the person knows them: by a name, each a layout in the storage that is kept until it is let go. */
export function createImagesApi({ storage, store, folders }: DaemonParts): ImagesApi {
  let works = 0
  const list = (): Image[] => store.list(RECORDS).map(({ value }) => imageSchema.parse(JSON.parse(value)))

  const layOut = async (wanted: NewImage, target: string, signal: AbortSignal): Promise<void> => {
    const source = 'layout' in wanted ? wanted.layout : wanted.rootfs
    if (!(await stat(source).catch(() => null))?.isDirectory()) {
      throw new GolemError({
        code: 'FILE_MISSING',
        message: `There is no folder ${source}.`,
        remedy: 'Unpack an archive first; `podman save --format oci-dir` writes a folder.',
      })
    }
    if ('layout' in wanted) return copyLayout(source, target)
    await buildLayout(source, target, { args: wanted.command, env: wanted.env, cwd: wanted.cwd }, { signal })
  }

  return {
    images: async () => list().sort((a, b) => a.name.localeCompare(b.name)),
    addImage: async (wanted, { signal }) => {
      const folder = await folders.make(`images/${works++}`)
      try {
        const target = folders.join(folder, 'layout')
        await layOut(wanted, target, signal)
        const { cid, sizeBytes } = await storage.addPath(target, { signal })
        await storage.pin(cid, `${RECORDS}${wanted.name}`)
        const made: Image = { cid, name: wanted.name, sizeBytes, addedAtMs: Date.now() }
        store.commit([{ put: `${RECORDS}${wanted.name}`, value: JSON.stringify(made) }])
        return made
      } finally {
        await folders.remove(folder)
      }
    },
    removeImage: async (name) => {
      const known = list().filter((each) => each.name === name || each.cid === name)
      if (known.length === 0) {
        throw new GolemError({
          code: 'IMAGE_UNKNOWN',
          message: `There is no image ${name}.`,
          remedy: '`golem image list` names those that are here.',
        })
      }
      for (const each of known) {
        await storage.unpin(`${RECORDS}${each.name}`)
        store.commit([{ remove: `${RECORDS}${each.name}` }])
      }
    },
  }
}
