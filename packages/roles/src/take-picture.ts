import type { Folders, Sandbox } from '@golem/ports'
import type { Limits } from '@golem/protocol'
import { hexOf } from './hex-of.ts'

const MAX_BYTES = 2 * 1024 ** 2
const PNG = [0x89, 0x50, 0x4e, 0x47]

type Components = { folders: Folders; sandbox: Sandbox; randomBytes: (count: number) => Uint8Array }

type Options = {
  /** The host path of a path that the program named under /out. @throws {GolemError} `OUTPUT_REFUSED` */
  hostPath: (path: string) => string
  /** The program's. */
  limits: Limits
  maxBytes?: number
}

/**
 * A PNG that a program made, through the sandbox's collector as every file of a program.
 *
 * @param file as the program names it
 * @throws {RangeError} where it is none
 */
export async function takePicture(
  { folders, sandbox, randomBytes }: Components,
  file: string,
  { hostPath, limits, maxBytes = MAX_BYTES }: Options,
): Promise<Uint8Array> {
  const id = hexOf(randomBytes(6))
  const clean = await folders.make(`previews/${id}`)
  try {
    const [outDir, name] = [file.slice(0, file.lastIndexOf('/')), file.slice(file.lastIndexOf('/') + 1)]
    await sandbox.collect(hostPath(outDir), clean, limits)
    const picture = await folders.readFile(folders.join(clean, name), { maxBytes })
    if (!isPng(picture)) throw new RangeError(`${name} is no PNG`)
    return picture
  } finally {
    await folders.remove(clean)
  }
}

export const isPng = (picture: Uint8Array): boolean => PNG.every((byte, index) => picture[index] === byte)
