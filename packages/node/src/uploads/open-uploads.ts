import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GolemError } from '@golem/protocol'

/** Of the files of one upload together. */
export const UPLOAD_LIMIT_BYTES = 16 * 1024 ** 3
const MAX_FILES = 10_000
/** Jobs have copied what they need long before; a page left open may come back to it. */
const KEPT_MS = 7 * 24 * 3_600_000

export type UploadedPart = {
  /** Where in the upload, as the page names it. */
  path: string
  /** As the request says it. */
  sizeBytes: number
  /** null: an empty file. */
  body: ReadableStream<Uint8Array> | null
}

/** Files that a page sent: a folder for each of its choices, so that what a file refers to lies beside it. */
export type Uploads = {
  open(): Promise<{ id: string; maxBytes: number; maxFiles: number }>
  /**
   * Writes as it comes; the file appears whole or not at all, in the place of one of that name.
   *
   * @throws {GolemError} `UPLOAD_UNKNOWN`, `UPLOAD_PATH`, `UPLOAD_TOO_LARGE`, `UPLOAD_BROKEN`, `STORAGE_FULL`
   */
  put(id: string, part: UploadedPart, options: { signal: AbortSignal }): Promise<{ path: string; sizeBytes: number }>
}

type Options = { folder: string; nowMs: number; maxBytes?: number }

/** Begins by clearing what is old. */
export async function openUploads({ folder, nowMs, maxBytes = UPLOAD_LIMIT_BYTES }: Options): Promise<Uploads> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await clearOld(folder, nowMs)
  /** Files of each upload, by their path, and what they have of its bound. */
  const known = new Map<string, Map<string, number>>()

  const filesOf = async (id: string): Promise<Map<string, number>> => {
    const files = known.get(id)
    if (files !== undefined) return files
    const found = /^[0-9a-f]{24}$/.test(id) ? await sizesIn(join(folder, id)).catch(() => null) : null
    if (found === null) {
      throw new GolemError({
        code: 'UPLOAD_UNKNOWN',
        message: 'There is no such upload; they are kept for a week.',
        remedy: 'Choose the file again.',
      })
    }
    known.set(id, found)
    return found
  }

  return {
    open: async () => {
      const id = randomBytes(12).toString('hex')
      await mkdir(join(folder, id), { mode: 0o700 })
      known.set(id, new Map())
      return { id, maxBytes, maxFiles: MAX_FILES }
    },
    put: async (id, { path, sizeBytes, body }, { signal }) => {
      const files = await filesOf(id)
      const names = namesOf(path)
      const name = names.join('/')
      if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
        throw new GolemError({
          code: 'LENGTH_MISSING',
          message: 'A file has to say how long it is.',
          remedy: 'Send it with its Content-Length.',
        })
      }
      let others = 0
      for (const [other, bytes] of files) if (other !== name) others += bytes
      if (others + sizeBytes > maxBytes) throw tooLarge(maxBytes)
      if (files.size >= MAX_FILES && !files.has(name)) throw tooMany()
      const before = files.get(name)
      // It counts while it comes, so that many at once are bounded too.
      files.set(name, sizeBytes)
      const target = join(folder, id, ...names)
      const draft = join(folder, id, `.${randomBytes(6).toString('hex')}.part`)
      try {
        await mkdir(dirname(target), { recursive: true, mode: 0o700 })
        // The stream's types of Node and of the web differ in name only.
        const source =
          body === null ? Readable.from([]) : Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0])
        await pipeline(source, exactly(sizeBytes), createWriteStream(draft, { mode: 0o600, flags: 'wx' }), { signal })
        await rename(draft, target)
        return { path: target, sizeBytes }
      } catch (error) {
        if (before === undefined) files.delete(name)
        else files.set(name, before)
        await rm(draft, { force: true })
        throw failureOf(error, path)
      }
    },
  }
}

const isOdd = (letter: string): boolean => letter < ' ' || letter === '\\'

/** A path in the upload: names alone, none hidden, none that leads out. */
function namesOf(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  const isSound = names.every(
    (name) => !name.startsWith('.') && !name.split('').some(isOdd) && Buffer.byteLength(name) <= 255,
  )
  if (names.length > 0 && names.length <= 32 && isSound) return names
  throw new GolemError({
    code: 'UPLOAD_PATH',
    message: `A file cannot be called ${JSON.stringify(path.slice(0, 200))} here.`,
    remedy: 'Rename it, or leave it out: hidden files and folders are not taken.',
  })
}

/** Fails where more or fewer bytes come than were announced. */
function exactly(sizeBytes: number): Transform {
  let seen = 0
  const wrong = () =>
    new GolemError({ code: 'UPLOAD_BROKEN', message: 'The file did not arrive whole.', remedy: 'Try again.' })
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      seen += piece.length
      if (seen > sizeBytes) done(wrong())
      else done(null, piece)
    },
    flush(done) {
      done(seen === sizeBytes ? null : wrong())
    },
  })
}

function failureOf(cause: unknown, path: string): unknown {
  if (cause instanceof GolemError) return cause
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new GolemError({
      code: 'STORAGE_FULL',
      message: `The disk is full: ${path} was not kept.`,
      remedy: 'Free some space on the daemon’s disk, and try again.',
      cause,
    })
  }
  if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST') {
    return new GolemError({
      code: 'UPLOAD_PATH',
      message: `${path} is a file and a folder at once.`,
      remedy: 'Rename one of them.',
      cause,
    })
  }
  return new GolemError({
    code: 'UPLOAD_BROKEN',
    message: `${path} did not arrive whole.`,
    remedy: 'Try again.',
    cause,
  })
}

const tooLarge = (maxBytes: number) =>
  new GolemError({
    code: 'UPLOAD_TOO_LARGE',
    message: `More than ${Math.round(maxBytes / 1024 ** 2)} MiB are not taken from a page.`,
    remedy: 'Use `golem render FILE` on the machine of the daemon, which reads the file where it lies.',
  })
const tooMany = () =>
  new GolemError({
    code: 'UPLOAD_TOO_LARGE',
    message: `More than ${MAX_FILES} files are not taken from a page.`,
    remedy: 'Pack the textures into the .blend, or use `golem render FILE` on the machine of the daemon.',
  })

async function sizesIn(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    sizes.set(
      path
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
      (await stat(path)).size,
    )
  }
  return sizes
}

async function clearOld(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const { mtimeMs } = await stat(path)
    if (nowMs - mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true })
  }
}
