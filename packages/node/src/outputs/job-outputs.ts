import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Readable } from 'node:stream'
import type { Job } from '@golem/api'
import { GolemError } from '@golem/protocol'
import { downloadZip } from 'client-zip'
import { animatedPng } from './animated-png.ts'

/** A file on its way to a page. */
export type SentFile = {
  name: string
  type: string
  /** null: it is made while it is sent. */
  sizeBytes: number | null
  body: ReadableStream<Uint8Array>
}

export type Named = Pick<Job, 'id' | 'title' | 'outDir' | 'outputs'>

/** What a page may show by itself; all else is only kept. */
const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
}

/** A finished file, by its name in `outputs`. @throws {GolemError} `OUTPUT_UNKNOWN`, `OUTPUT_GONE` */
export async function sendOutput(job: Named, name: string): Promise<SentFile> {
  if (!job.outputs.includes(name)) {
    throw new GolemError({
      code: 'OUTPUT_UNKNOWN',
      message: `Job ${job.id} has no finished file ${JSON.stringify(name.slice(0, 100))}.`,
      remedy: 'Wait until it is finished.',
    })
  }
  const path = join(job.outDir, name)
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw gone(job, name)
  return {
    name: name.split('/').at(-1) ?? name,
    type: TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream',
    sizeBytes: found.size,
    body: fileStream(path),
  }
}

/** All finished files that are still there, packed while they are sent. @throws {GolemError} `OUTPUT_GONE` */
export async function sendArchive(job: Named): Promise<SentFile> {
  const files: { name: string; path: string; sizeBytes: number; lastModified: Date }[] = []
  for (const name of job.outputs) {
    const path = join(job.outDir, name)
    const found = await stat(path).catch(() => null)
    if (found?.isFile()) files.push({ name, path, sizeBytes: found.size, lastModified: found.mtime })
  }
  if (files.length === 0) throw gone(job, 'anything')
  async function* entries() {
    for (const { name, path, sizeBytes, lastModified } of files)
      yield { name, input: fileStream(path), size: BigInt(sizeBytes), lastModified }
  }
  const { body } = downloadZip(entries())
  if (body === null) throw new RangeError('a ZIP file has a body')
  return { name: `${baseOf(job)}.zip`, type: 'application/zip', sizeBytes: null, body }
}

export type Animated = {
  fps: number
  /** A finished picture as a small PNG, for kinds that no browser shows: decoders of strangers' files stay in the sandbox. */
  small: (name: string) => Promise<Uint8Array>
}

/**
 * The frames in their order: PNG pixel for pixel, others small.
 *
 * @throws {GolemError} `ANIMATION_IMPOSSIBLE`, `OUTPUT_GONE`, what `small` throws
 */
export async function sendAnimation(job: Named, { fps, small }: Animated): Promise<SentFile> {
  const frames = picturesOf(job)
  if (frames.length === 0) {
    throw new GolemError({
      code: 'ANIMATION_IMPOSSIBLE',
      message: 'This job has no finished pictures.',
      remedy: 'Wait for the first, or download the files as they are.',
    })
  }
  const read = (index: number): Promise<Uint8Array> => {
    const name = frames[index] ?? ''
    if (!/\.png$/i.test(name)) return small(name)
    return readFile(join(job.outDir, name)).catch((): never => {
      throw gone(job, name)
    })
  }
  // What cannot be joined is said before anything is sent.
  const first = await read(0)
  const pieces = animatedPng({ count: frames.length, fps }, (index) =>
    index === 0 ? Promise.resolve(first) : read(index),
  )
  const begun = await pieces.next()
  async function* all() {
    if (!begun.done) yield begun.value
    yield* pieces
  }
  return { name: `${baseOf(job)}.png`, type: 'image/apng', sizeBytes: null, body: webStream(Readable.from(all())) }
}

/** What animations and videos are made of, the first that there are: some scenes write several. */
const KINDS = [/\.png$/i, /\.jpe?g$/i, /\.tiff?$/i, /\.exr$/i]

/** Frames of one kind that lie in the folder itself, in the order of their numbers. */
export function picturesOf({ outputs }: Named): string[] {
  const shallow = outputs.filter((name) => !name.includes('/')).sort(byNumber.compare)
  return KINDS.map((kind) => shallow.filter((name) => kind.test(name))).find(({ length }) => length > 0) ?? []
}
const byNumber = new Intl.Collator('en', { numeric: true })

export const baseOf = ({ title, id }: Named): string =>
  `${title.replace(/\.[a-z0-9]+$/i, '').replace(/[^\w.-]+/g, '-')}-${id}`
const webStream = (stream: Readable) => Readable.toWeb(stream) as ReadableStream<Uint8Array>
const fileStream = (path: string) => webStream(createReadStream(path))

const gone = ({ outDir }: Named, name: string) =>
  new GolemError({
    code: 'OUTPUT_GONE',
    message: `There is no ${name} in ${outDir} any more.`,
    remedy: 'It was moved or deleted after it was finished; look where you put it.',
  })
