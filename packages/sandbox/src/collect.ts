import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, opendir, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { GolemError, type Limits } from '@golem/protocol'

const { O_DIRECTORY, O_EXCL, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY, O_RDONLY, O_WRONLY } = constants

/** Folders inside folders. */
const DEPTH_LIMIT = 16

/** More folders than files say that something else than output is being made. */
const SPARE_FOLDERS = 64

const CHUNK_BYTES = 1024 * 1024

/** Control characters, line and paragraph separators, and those that turn the direction of text. */
const ODD = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]/u

type CollectLimits = Pick<Limits, 'outputBytes' | 'outputFiles' | 'fileBytes'>

type Progress = { bytesLeft: number; filesLeft: number; foldersLeft: number; fileBytes: number }

/**
 * Moves what a program left in `source` to the new folder `target`: all of it, or nothing.
 *
 * The program may still run and change `source` under our hands. So every folder is held open and its entries are
 * opened relative to it, without following links; a file is judged by what was opened, and copied, because the program
 * may keep it open for writing. The folders above `source` must be the host's own; `source` itself may be the program's.
 *
 * @throws {GolemError} `OUTPUT_REFUSED`
 */
export async function collect(source: string, target: string, limits: CollectLimits): Promise<void> {
  const folder = await openFolder(source, basename(source))
  const partial = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(partial, { mode: 0o755 })
    const left = {
      bytesLeft: limits.outputBytes,
      filesLeft: limits.outputFiles,
      foldersLeft: limits.outputFiles + SPARE_FOLDERS,
      fileBytes: limits.fileBytes,
    }
    await copyFolder(folder, partial, '', 0, left)
    await rename(partial, target)
    await emptyFolder(folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  } finally {
    await folder.close()
  }
}

async function copyFolder(
  folder: FileHandle,
  target: string,
  shown: string,
  depth: number,
  left: Progress,
): Promise<void> {
  if (depth > DEPTH_LIMIT) throw refused(`Output folders go deeper than ${DEPTH_LIMIT}`)
  for (const name of await namesIn(folder, left.filesLeft + left.foldersLeft)) {
    const path = join(shown, name)
    const entry = await openEntry(within(folder, name), path)
    try {
      const { isFolder } = entry
      if (isFolder) {
        left.foldersLeft -= 1
        if (left.foldersLeft < 0) throw refused('There are too many output folders')
        await mkdir(join(target, name), { mode: 0o755 })
        await copyFolder(entry.handle, join(target, name), path, depth + 1, left)
      } else {
        left.filesLeft -= 1
        if (left.filesLeft < 0) throw refused('There are too many output files')
        await copyFile(entry.handle, join(target, name), path, left)
      }
    } finally {
      await entry.handle.close()
    }
  }
}

/** Names in a folder, sorted; refused when a person or another file system would misread one, or when too many. */
async function namesIn(folder: FileHandle, limit: number): Promise<string[]> {
  const names: string[] = []
  for await (const bytes of entriesOf(folder)) {
    const name = bytes.toString('utf8')
    // What is not UTF-8 does not come back as it was.
    if (ODD.test(name) || !Buffer.from(name, 'utf8').equals(bytes)) {
      throw refused(`The output ${JSON.stringify(name)} has a name with control characters or broken text`)
    }
    names.push(name)
    if (names.length > limit) throw refused('There are too many outputs')
  }
  return names.sort()
}

/** The names in a folder as they are, byte for byte, few at a time. */
async function* entriesOf(folder: FileHandle): AsyncGenerator<Buffer> {
  // Latin-1 has a character for each byte.
  const listing = await opendir(within(folder, ''), { encoding: 'latin1' })
  for await (const { name } of listing) yield Buffer.from(name, 'latin1')
}

async function openEntry(path: string, shown: string): Promise<{ handle: FileHandle; isFolder: boolean }> {
  // O_NONBLOCK: opening a FIFO would wait for its other end, for ever.
  const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
  const handle = await open(path, flags).catch((error: unknown) => {
    throw refused(`The output ${JSON.stringify(shown)} is a link, a socket, or not to be read`, error)
  })
  const found = await handle.stat()
  if (found.isDirectory()) return { handle, isFolder: true }
  if (found.isFile() && found.nlink === 1) return { handle, isFolder: false }
  await handle.close()
  throw refused(`The output ${JSON.stringify(shown)} is ${found.isFile() ? 'a hard link' : 'no regular file'}`)
}

async function copyFile(from: FileHandle, target: string, shown: string, left: Progress): Promise<void> {
  const tooLarge = (): GolemError =>
    refused(`The output ${JSON.stringify(shown)} is too large, or makes all of them too large`)
  const { size } = await from.stat()
  if (size > left.bytesLeft || size > left.fileBytes) throw tooLarge()
  const to = await open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644)
  try {
    const chunk = Buffer.allocUnsafe(Math.max(1, Math.min(CHUNK_BYTES, size + 1)))
    for (;;) {
      const { bytesRead } = await from.read(chunk, 0, chunk.length, null)
      if (bytesRead === 0) return
      // Counted as read: the file may grow under our hands.
      left.bytesLeft -= bytesRead
      if (left.bytesLeft < 0) throw tooLarge()
      for (let written = 0; written < bytesRead; ) {
        written += (await to.write(chunk, written, bytesRead - written, null)).bytesWritten
      }
    }
  } finally {
    await to.close()
  }
}

/**
 * Deletes what is in an open folder, relative to it: `rm -r` by path would follow a link that the program puts where a
 * folder was. What cannot be deleted stays; it is the program's own.
 */
async function emptyFolder(folder: FileHandle, depth = 0): Promise<void> {
  for await (const name of entriesOf(folder)) {
    const path = Buffer.concat([Buffer.from(within(folder, '')), name])
    if (await unlink(path).then(succeeded, failed)) continue
    const below = depth > DEPTH_LIMIT ? null : await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(() => null)
    if (below === null) continue
    try {
      await emptyFolder(below, depth + 1)
    } finally {
      await below.close()
    }
    await rmdir(path).catch(failed)
  }
}

const succeeded = (): boolean => true
const failed = (): boolean => false

async function openFolder(path: string, shown: string): Promise<FileHandle> {
  return await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((error: unknown) => {
    throw refused(`The output folder ${JSON.stringify(shown)} is missing, a link, or no folder`, error)
  })
}

/** An entry relative to an open folder, wherever that folder's path now leads: Linux's `openat` by other means. */
const within = (folder: FileHandle, name: string): string => `/proc/self/fd/${folder.fd}/${name}`

const refused = (what: string, cause?: unknown): GolemError =>
  new GolemError({
    code: 'OUTPUT_REFUSED',
    message: `${what}; nothing of it was taken.`,
    remedy: 'A program may leave only regular files with plain names, within the limits of its manifest.',
    peerPolicy: 'reject',
    ...(cause === undefined ? {} : { cause }),
  })
