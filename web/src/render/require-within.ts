import { GolemError } from '@golem/protocol/errors'
import { bytes } from '../format/quantities.ts'

/** Of one upload. */
export type Limits = { maxBytes: number; maxFiles: number }

/**
 * The daemon would refuse what is too much, but in the middle of it, when a browser no longer listens.
 *
 * @param sent sizes of what is there already: a file of the same path takes its place
 * @throws {GolemError} `UPLOAD_TOO_LARGE`
 */
export function requireWithin(
  { maxBytes, maxFiles }: Limits,
  sent: ReadonlyMap<string, number>,
  files: readonly { path: string; file: { size: number } }[],
): void {
  const sizes = new Map([...sent, ...files.map(({ path, file }) => [path, file.size] as const)])
  const allBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  if (allBytes > maxBytes) {
    throw new GolemError({
      code: 'UPLOAD_TOO_LARGE',
      message: `These files have ${bytes(allBytes)} together; a page sends ${bytes(maxBytes)} at most.`,
      remedy:
        'Leave some out, or name the file by its path on the machine of the daemon, which reads it where it lies.',
    })
  }
  if (sizes.size > maxFiles) {
    throw new GolemError({
      code: 'UPLOAD_TOO_LARGE',
      message: `These are ${sizes.size} files; a page sends ${maxFiles} at most.`,
      remedy: 'Pack the textures into the .blend, or name the file by its path on the machine of the daemon.',
    })
  }
}
