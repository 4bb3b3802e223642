import { lstat, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Storage } from '@golem/ports'
import { type Cid, GolemError } from '@golem/protocol'
import { type ImageConfig, readLayout } from './read-layout.ts'

/** An image in use: shared read-only by all that run on it. */
export type OpenImage = { rootPath: string; config: ImageConfig; release(): void }

/** Images unpacked on this machine's disk, each once. */
export type ImageStore = {
  /**
   * Unpacks an image of the storage where it is not unpacked yet, and makes mount points in it.
   *
   * @throws {GolemError} `CONTENT_UNAVAILABLE`, `IMAGE_INVALID`, `IMAGE_TOO_LARGE`
   */
  open(
    image: Cid,
    points: readonly { target: string; kind: 'folder' | 'file' }[],
    signal?: AbortSignal,
  ): Promise<OpenImage>
}

export type ImageStoreComponents = {
  content: Pick<Storage, 'materialise'>
  /** Unpacks a layout into the empty folder `target`, whatever is in the layout. */
  unpack: (layout: string, target: string, signal?: AbortSignal) => Promise<void>
}

/** The runtime mounts on these; an image may have links there, or nothing. */
const OWN_POINTS = ['/proc', '/dev', '/tmp'].map((target) => ({ target, kind: 'folder' as const }))

/**
 * @param options.path a folder of its own, in which half-unpacked images of a killed daemon are removed
 * @param options.maxBytes of all unpacked images; those used longest ago go first, and none that is in use
 */
export async function createImageStore(
  { content, unpack }: ImageStoreComponents,
  { path, maxBytes }: { path: string; maxBytes: number },
): Promise<ImageStore> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  for (const name of await readdir(path)) {
    if (name.endsWith('.part')) await rm(join(path, name), { recursive: true, force: true })
  }
  const users = new Map<Cid, number>()
  const unpacking = new Map<Cid, Promise<void>>()
  const at = (image: Cid, ...names: string[]): string => join(path, image, ...names)

  const evict = async (): Promise<void> => {
    const known = await Promise.all(
      (await readdir(path))
        .filter((name) => !name.endsWith('.part'))
        .map(async (name) => {
          const sizeBytes = Number(await readFile(join(path, name, 'size'), 'utf8').catch(() => '0'))
          const usedAtMs = await stat(join(path, name)).then(
            ({ mtimeMs }) => mtimeMs,
            () => 0,
          )
          return { image: name as Cid, sizeBytes, usedAtMs }
        }),
    )
    let sum = known.reduce((total, { sizeBytes }) => total + sizeBytes, 0)
    for (const { image, sizeBytes } of known.sort((a, b) => a.usedAtMs - b.usedAtMs)) {
      if (sum <= maxBytes) return
      if ((users.get(image) ?? 0) > 0) continue
      await rm(at(image), { recursive: true, force: true })
      sum -= sizeBytes
    }
  }

  const unpackOnce = async (image: Cid, signal: AbortSignal | undefined): Promise<void> => {
    const part = `${at(image)}.part`
    try {
      await mkdir(join(part, 'out'), { recursive: true, mode: 0o755 })
      await content.materialise(image, join(part, 'layout'), signal === undefined ? {} : { signal })
      const { config } = await readLayout(join(part, 'layout'), process.arch)
      await unpack(join(part, 'layout'), join(part, 'out'), signal)
      await rm(join(part, 'layout'), { recursive: true })
      await writeFile(join(part, 'config.json'), JSON.stringify(config))
      await writeFile(join(part, 'size'), String(await sizeOf(join(part, 'out'))))
      await rename(part, at(image))
    } catch (error) {
      await rm(part, { recursive: true, force: true })
      throw error
    }
  }

  return {
    open: async (image, points, signal) => {
      users.set(image, (users.get(image) ?? 0) + 1)
      const release = (): void => {
        users.set(image, (users.get(image) ?? 1) - 1)
      }
      try {
        if ((await stat(at(image)).catch(() => null)) === null) {
          const under = unpacking.get(image) ?? unpackOnce(image, signal).finally(() => unpacking.delete(image))
          unpacking.set(image, under)
          await under
          await evict()
        }
        const now = new Date()
        await utimes(at(image), now, now)
        const rootPath = at(image, 'out', 'rootfs')
        for (const { target, kind } of [...OWN_POINTS, ...points]) await layPoint(rootPath, target, kind)
        const config = JSON.parse(await readFile(at(image, 'config.json'), 'utf8')) as ImageConfig
        const isThere = (await stat(join(rootPath, config.cwd)).catch(() => null))?.isDirectory()
        return { rootPath, config: isThere ? config : { ...config, cwd: '/' }, release }
      } catch (error) {
        release()
        throw error
      }
    },
  }
}

/** Whatever the image has there, a link perhaps that leads out of it, gives way to a plain folder or file. */
async function layPoint(root: string, target: string, kind: 'folder' | 'file'): Promise<void> {
  const names = target.split('/').filter(Boolean)
  let path = root
  for (const [depth, name] of names.entries()) {
    path = join(path, name)
    const isFile = kind === 'file' && depth === names.length - 1
    const found = await lstat(path).catch(() => null)
    if (found !== null && (isFile ? found.isFile() : found.isDirectory())) continue
    if (found !== null) await rm(path, { recursive: true })
    if (isFile) await writeFile(path, '')
    else await mkdir(path, { mode: name === 'tmp' ? 0o1777 : 0o755 })
  }
}

async function sizeOf(folder: string): Promise<number> {
  let sum = 0
  const left = [folder]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name)
      if (entry.isDirectory()) left.push(path)
      else sum += (await lstat(path)).blocks * 512
    }
  }
  return sum
}

export const tooLarge = (allowedBytes: number): GolemError =>
  new GolemError({
    code: 'IMAGE_TOO_LARGE',
    message: `The image needs more than ${allowedBytes} bytes unpacked.`,
    remedy: 'Use a smaller image.',
    peerPolicy: 'reject',
  })
