import { ALL_RIGHTS, ERRNO, type Errno, FD_FLAG, FILE_TYPE, RIGHT, WHENCE } from './abi.ts'
import { bytesOf, type FileNode, forgetFile, type LaidFile, type MadeFile, resizeFile, sizeOf } from './files.ts'
import type { Descriptor } from './run-state.ts'
import type { WasiFunctions, WasiHost } from './wasi-host.ts'

const STAT_BYTES = 64
const DIRENT_BYTES = 24
const ROOT_NAME = new TextEncoder().encode('/')
/** Positions past this are no file's. */
const MAX_POSITION = BigInt(Number.MAX_SAFE_INTEGER)

/** Descriptors: streams, files and folders that are open. */
export function descriptorCalls(host: WasiHost): WasiFunctions {
  const { memory } = host
  const get = (fd: number): Descriptor | null => host.run.descriptors[fd >>> 0] ?? null

  const readInto = (data: Uint8Array, position: number, buffers: readonly Uint8Array[]): number => {
    let read = 0
    for (const buffer of buffers) {
      const piece = data.subarray(position + read, position + read + buffer.length)
      buffer.set(piece)
      read += piece.length
      if (piece.length < buffer.length) break
    }
    return read
  }
  const writeInto = (file: MadeFile, position: number, buffers: readonly Uint8Array[]): number | Errno[] => {
    const total = buffers.reduce((sum, { length }) => sum + length, 0)
    const end = position + total
    if (total > 0 && end > file.sizeBytes) {
      const errno = resizeFile(host.run.budget, file, end)
      if (errno !== ERRNO.success) return [errno]
    }
    let at = position
    for (const buffer of buffers) {
      file.data.set(buffer, at)
      at += buffer.length
    }
    return total
  }
  const told = (at: number, count: number): number => {
    memory.setU32(at, count)
    return ERRNO.success
  }

  const read = (fd: number, buffersAt: number, count: number, position: bigint | null, readAt: number): number => {
    const open = get(fd)
    if (open === null || open.kind === 'output') return ERRNO.badf
    if (open.kind === 'folder') return ERRNO.isdir
    if (open.kind === 'file' && !open.canRead) return ERRNO.badf
    if (position !== null && open.kind !== 'file') return ERRNO.spipe
    const buffers = memory.buffers(buffersAt, count)
    if (buffers === null) return ERRNO.inval
    const data = open.kind === 'input' ? open.data : bytesOf(open.file)
    if (position !== null) return told(readAt, readInto(data, clamp(position), buffers))
    const taken = readInto(data, open.position, buffers)
    open.position += taken
    return told(readAt, taken)
  }
  const write = (fd: number, buffersAt: number, count: number, position: bigint | null, writtenAt: number): number => {
    const open = get(fd)
    if (open === null || open.kind === 'input' || open.kind === 'folder') return ERRNO.badf
    const buffers = memory.buffers(buffersAt, count)
    if (buffers === null) return ERRNO.inval
    if (open.kind === 'output') {
      if (position !== null) return ERRNO.spipe
      // A copy: the program goes on writing to its memory.
      for (const buffer of buffers) if (!open.sink(buffer.slice())) return ERRNO.nospc
      return told(
        writtenAt,
        buffers.reduce((sum, { length }) => sum + length, 0),
      )
    }
    if (!open.canWrite || open.file.kind !== 'made') return ERRNO.badf
    const at = position !== null ? clamp(position) : open.appends ? open.file.sizeBytes : open.position
    const written = writeInto(open.file, at, buffers)
    if (typeof written !== 'number') return written[0] ?? ERRNO.io
    if (position === null) open.position = at + written
    return told(writtenAt, written)
  }
  const resize = (fd: number, sizeBytes: bigint, canShrink: boolean): number => {
    const open = get(fd)
    if (open === null) return ERRNO.badf
    if (open.kind !== 'file') return ERRNO.inval
    if (!open.canWrite || open.file.kind !== 'made') return ERRNO.badf
    if (sizeBytes < 0n || sizeBytes > MAX_POSITION) return ERRNO.fbig
    if (!canShrink && Number(sizeBytes) <= open.file.sizeBytes) return ERRNO.success
    return resizeFile(host.run.budget, open.file, Number(sizeBytes))
  }
  const exists = (fd: number): number => (get(fd) === null ? ERRNO.badf : ERRNO.success)
  const close = (open: Descriptor): void => {
    if (open.kind !== 'file' || open.file.kind !== 'made') return
    open.file.opens -= 1
    forgetFile(host.run.budget, open.file)
  }

  return {
    fd_advise: exists,
    fd_datasync: exists,
    fd_sync: exists,
    fd_fdstat_set_rights: exists,
    fd_filestat_set_times: exists,
    fd_allocate: (fd: number, offset: bigint, length: bigint) =>
      offset < 0n || length < 0n ? ERRNO.inval : resize(fd, offset + length, false),
    fd_filestat_set_size: (fd: number, sizeBytes: bigint) => resize(fd, sizeBytes, true),

    fd_close: (fd: number) => {
      const open = get(fd)
      if (open === null) return ERRNO.badf
      close(open)
      host.run.descriptors[fd >>> 0] = null
      return ERRNO.success
    },
    fd_renumber: (from: number, to: number) => {
      const [moved, replaced] = [get(from), get(to)]
      if (moved === null || replaced === null) return ERRNO.badf
      if (moved === replaced) return ERRNO.success
      close(replaced)
      host.run.descriptors[to >>> 0] = moved
      host.run.descriptors[from >>> 0] = null
      return ERRNO.success
    },

    fd_read: (fd: number, buffersAt: number, count: number, readAt: number) => read(fd, buffersAt, count, null, readAt),
    fd_pread: (fd: number, buffersAt: number, count: number, position: bigint, readAt: number) =>
      read(fd, buffersAt, count, position, readAt),
    fd_write: (fd: number, buffersAt: number, count: number, writtenAt: number) =>
      write(fd, buffersAt, count, null, writtenAt),
    fd_pwrite: (fd: number, buffersAt: number, count: number, position: bigint, writtenAt: number) =>
      write(fd, buffersAt, count, position, writtenAt),

    fd_seek: (fd: number, offset: bigint, whence: number, positionAt: number) => {
      const open = get(fd)
      if (open === null) return ERRNO.badf
      if (open.kind !== 'file') return ERRNO.spipe
      const bases: Readonly<Record<number, number>> = {
        [WHENCE.set]: 0,
        [WHENCE.current]: open.position,
        [WHENCE.end]: open.file.sizeBytes,
      }
      const base = bases[whence]
      if (base === undefined) return ERRNO.inval
      const position = BigInt(base) + offset
      if (position < 0n || position > MAX_POSITION) return ERRNO.inval
      open.position = Number(position)
      memory.setU64(positionAt, position)
      return ERRNO.success
    },
    fd_tell: (fd: number, positionAt: number) => {
      const open = get(fd)
      if (open === null) return ERRNO.badf
      if (open.kind !== 'file') return ERRNO.spipe
      memory.setU64(positionAt, BigInt(open.position))
      return ERRNO.success
    },

    fd_fdstat_get: (fd: number, statAt: number) => {
      const open = get(fd)
      if (open === null) return ERRNO.badf
      memory.bytes(statAt, 24).fill(0)
      memory.setU8(statAt, typeOf(open))
      memory.setU16((statAt >>> 0) + 2, open.kind === 'file' && open.appends ? FD_FLAG.append : 0)
      memory.setU64((statAt >>> 0) + 8, rightsOf(open))
      memory.setU64((statAt >>> 0) + 16, ALL_RIGHTS)
      return ERRNO.success
    },
    fd_fdstat_set_flags: (fd: number, flags: number) => {
      const open = get(fd)
      if (open === null) return ERRNO.badf
      if (open.kind === 'file') open.appends = (flags & FD_FLAG.append) !== 0
      return ERRNO.success
    },
    fd_filestat_get: (fd: number, statAt: number) => {
      const open = get(fd)
      if (open === null) return ERRNO.badf
      if (open.kind === 'file') writeStat(host, statAt, open.file)
      else if (open.kind === 'folder') writeStat(host, statAt, open.folder)
      else {
        memory.bytes(statAt, STAT_BYTES).fill(0)
        memory.setU8((statAt >>> 0) + 16, FILE_TYPE.characterDevice)
      }
      return ERRNO.success
    },

    fd_prestat_get: (fd: number, prestatAt: number) => {
      const open = get(fd)
      if (open?.kind !== 'folder' || !open.isPreopened) return ERRNO.badf
      memory.setU32(prestatAt, 0)
      memory.setU32((prestatAt >>> 0) + 4, ROOT_NAME.length)
      return ERRNO.success
    },
    fd_prestat_dir_name: (fd: number, nameAt: number, length: number) => {
      const open = get(fd)
      if (open?.kind !== 'folder' || !open.isPreopened) return ERRNO.badf
      if (length >>> 0 < ROOT_NAME.length) return ERRNO.nametoolong
      memory.bytes(nameAt, ROOT_NAME.length).set(ROOT_NAME)
      return ERRNO.success
    },

    fd_readdir: (fd: number, bufferAt: number, length: number, cookie: bigint, usedAt: number) => {
      const open = get(fd)
      if (open === null) return ERRNO.badf
      if (open.kind !== 'folder') return ERRNO.notdir
      const { folder } = open
      const buffer = memory.bytes(bufferAt, length)
      const listed: [string, FileNode][] = [['.', folder], ['..', folder.parent ?? folder], ...folder.entries]
      const first = cookie < 0n || cookie > BigInt(listed.length) ? listed.length : Number(cookie)
      let used = 0
      for (let position = first; position < listed.length && used < buffer.length; position += 1) {
        const [name, node] = listed[position] as [string, FileNode]
        const entry = direntOf(BigInt(position + 1), name, node)
        const piece = entry.subarray(0, buffer.length - used)
        buffer.set(piece, used)
        used += piece.length
      }
      memory.setU32(usedAt, used)
      return ERRNO.success
    },
  }
}

/** A position that may lie far past the end of every file. */
const clamp = (position: bigint): number =>
  position < 0n || position > MAX_POSITION ? Number.MAX_SAFE_INTEGER : Number(position)

const typeOf = (open: Descriptor): number =>
  open.kind === 'folder'
    ? FILE_TYPE.directory
    : open.kind === 'file'
      ? FILE_TYPE.regularFile
      : FILE_TYPE.characterDevice

function rightsOf(open: Descriptor): bigint {
  switch (open.kind) {
    case 'input':
      return RIGHT.read
    case 'output':
      return RIGHT.write
    case 'folder':
      return ALL_RIGHTS
    case 'file':
      return ALL_RIGHTS & ~((open.canRead ? 0n : RIGHT.read) | (open.canWrite ? 0n : RIGHT.write))
    default:
      return open satisfies never
  }
}

/** Files have no times: a clock that is virtual says nothing of them. */
export function writeStat({ memory }: WasiHost, statAt: number, node: FileNode): void {
  const at = statAt >>> 0
  memory.bytes(at, STAT_BYTES).fill(0)
  memory.setU64(at + 8, BigInt(node.inode))
  memory.setU8(at + 16, node.kind === 'folder' ? FILE_TYPE.directory : FILE_TYPE.regularFile)
  memory.setU64(at + 24, BigInt(linksOf(node)))
  memory.setU64(at + 32, BigInt(sizeOf(node)))
}

const linksOf = (node: LaidFile | MadeFile | FileNode): number => (node.kind === 'made' ? node.links : 1)

function direntOf(next: bigint, name: string, node: FileNode): Uint8Array {
  const text = new TextEncoder().encode(name)
  const entry = new Uint8Array(DIRENT_BYTES + text.length)
  const view = new DataView(entry.buffer)
  view.setBigUint64(0, next, true)
  view.setBigUint64(8, BigInt(node.inode), true)
  view.setUint32(16, text.length, true)
  view.setUint8(20, node.kind === 'folder' ? FILE_TYPE.directory : FILE_TYPE.regularFile)
  entry.set(text, DIRENT_BYTES)
  return entry
}
