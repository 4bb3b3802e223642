import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { GolemError } from '@golem/protocol'
import { type ImportCandidate, importer } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'
import type { Blocks, Hold } from '../blocks/blocks.ts'
import { writeBehind } from '../blocks/write-behind.ts'
import { diskError } from '../content-errors.ts'
import { MAX_TREE_DEPTH, MAX_TREE_ENTRIES } from '../limits.ts'
import { nameFault } from '../tree/name-fault.ts'

const READ_BYTES = 1024 * 1024
/** Times 1 MiB is what adding takes of memory. */
const BLOCKS_AT_ONCE = 8
const FILES_AT_ONCE = 4
const NO_FILE = 'is a link or a device, and only files and folders are taken'

/**
 * Adds bytes, a file or a folder as UnixFS by the profile `unixfs-v1-2025`, so that every IPFS tool of that profile gives
 * the same CID. Names alone come with the bytes: no times, no modes, no owners, so that equal content has equal CIDs.
 *
 * @throws {GolemError} `FILE_MISSING`, `FILE_REFUSED` for links, devices and odd names, `STORAGE_FULL`
 */
export async function addContent(
  { blocks, hold }: { blocks: Blocks; hold: Hold },
  content: string | Uint8Array,
  signal?: AbortSignal,
): Promise<{ cid: CID; sizeBytes: number }> {
  signal?.throwIfAborted()
  const isFolder = typeof content === 'string' && (await isDirectory(content))
  let sizeBytes = 0
  const counted = async function* (pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    for await (const piece of pieces) {
      signal?.throwIfAborted()
      sizeBytes += piece.length
      yield piece
    }
  }
  const candidates = async function* (): AsyncGenerator<ImportCandidate> {
    if (content instanceof Uint8Array) yield { content: counted(sliced(content)) }
    else if (!isFolder) yield { content: counted(readInPieces(content)) }
    else {
      for await (const { path, isEmptyFolder } of walk(content)) {
        yield isEmptyFolder ? { path } : { path, content: counted(readInPieces(join(content, path))) }
      }
    }
  }
  let root: CID | undefined
  const writing = writeBehind(blocks, hold)
  const store = { put: (cid: CID, bytes: Uint8Array) => writing.put(cid, bytes).then(() => cid) }
  const options = {
    profile: 'unixfs-v1-2025' as const,
    wrapWithDirectory: isFolder,
    blockWriteConcurrency: BLOCKS_AT_ONCE,
    fileImportConcurrency: FILES_AT_ONCE,
  }
  try {
    for await (const entry of importer(candidates(), store as Parameters<typeof importer>[1], options)) root = entry.cid
    await writing.flush()
  } finally {
    await writing.settle()
  }
  if (root === undefined) throw new RangeError('the importer gave nothing')
  return { cid: root, sizeBytes }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory()
  } catch (cause) {
    throw missing(path, cause)
  }
}

/** The files below a folder and its empty folders, with slashes between names. */
async function* walk(top: string): AsyncGenerator<{ path: string; isEmptyFolder: boolean }> {
  const folders = ['']
  let entries = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (folder.split('/').length > MAX_TREE_DEPTH / 2) throw refused(join(top, folder), 'lies too deep')
    const found = await readdir(join(top, folder), { withFileTypes: true })
    if (found.length === 0 && folder !== '') yield { path: folder, isEmptyFolder: true }
    for (const entry of found) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const fault = nameFault(entry.name)
      if (fault !== null) throw refused(join(top, path), `cannot be shared: ${fault}`)
      if (++entries > MAX_TREE_ENTRIES) throw refused(top, `has more than ${MAX_TREE_ENTRIES} entries`)
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile()) yield { path, isEmptyFolder: false }
      else throw refused(join(top, path), NO_FILE)
    }
  }
}

/** A new buffer for each piece: the block made from it may still wait to be written when the next one is read. */
async function* readInPieces(path: string): AsyncGenerator<Uint8Array> {
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

function* sliced(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += READ_BYTES) yield bytes.subarray(at, at + READ_BYTES)
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
