import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { GolemError } from '@golem/protocol'
import { MAX_TREE_DEPTH, MAX_TREE_ENTRIES } from '../limits.ts'
import type { NewEntry, Pieces } from '../tree/import-tree.ts'
import { nameFault } from '../tree/name-fault.ts'
import { diskError } from './disk-error.ts'

const READ_BYTES = 1024 * 1024
const NO_FILE = 'is a link or a device, and only files and folders are taken'

/**
 * A file or a folder of the disk, as `importTree` takes it.
 *
 * @throws {GolemError} `FILE_MISSING`, `FILE_REFUSED` for links, devices and odd names, at once or while it is read
 */
export async function contentOfPath(path: string): Promise<{ file: Pieces } | { entries: AsyncIterable<NewEntry> }> {
  return (await isDirectory(path)) ? { entries: walk(path) } : { file: readInPieces(path) }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory()
  } catch (cause) {
    throw missing(path, cause)
  }
}

/** The files below a folder and its empty folders, with slashes between names. */
async function* walk(top: string): AsyncGenerator<NewEntry> {
  const folders = ['']
  let entries = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (folder.split('/').length > MAX_TREE_DEPTH / 2) throw refused(join(top, folder), 'lies too deep')
    const found = await readdir(join(top, folder), { withFileTypes: true })
    if (found.length === 0 && folder !== '') yield { path: folder }
    for (const entry of found) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const fault = nameFault(entry.name)
      if (fault !== null) throw refused(join(top, path), `cannot be shared: ${fault}`)
      if (++entries > MAX_TREE_ENTRIES) throw refused(top, `has more than ${MAX_TREE_ENTRIES} entries`)
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile()) yield { path, content: readInPieces(join(top, path)) }
      else throw refused(join(top, path), NO_FILE)
    }
  }
}

/** A new buffer for each piece: the block made from it may still wait to be written when the next one is read. */
export async function* readInPieces(path: string): AsyncGenerator<Uint8Array> {
  // Not through a link, and not waiting for the other end of a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((cause) => {
    throw missing(path, cause)
  })
  try {
    const { size } = await file.stat().then((stats) => {
      if (!stats.isFile()) throw refused(path, NO_FILE)
      return stats
    })
    for (let position = 0; ; ) {
      // One byte more than is left shows the end without another read.
      const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, Math.max(1, size - position + 1)))
      let have = 0
      while (have < buffer.length) {
        const { bytesRead } = await file.read(buffer, have, buffer.length - have, position + have)
        if (bytesRead === 0) break
        have += bytesRead
      }
      if (have > 0) yield buffer.subarray(0, have)
      if (have < buffer.length) return
      position += have
    }
  } finally {
    await file.close()
  }
}

function missing(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : ''
  if (code === 'ELOOP') return refused(path, NO_FILE)
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return diskError(path, cause)
  return new GolemError({
    code: 'FILE_MISSING',
    message: `There is no file ${path}.`,
    remedy: 'Check the path.',
    cause,
  })
}

const refused = (path: string, because: string): GolemError =>
  new GolemError({
    code: 'FILE_REFUSED',
    message: `${path} ${because}.`,
    remedy: 'Rename it or put a plain file in its place.',
    data: { path },
  })
