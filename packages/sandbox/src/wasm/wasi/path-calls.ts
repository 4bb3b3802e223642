import { ERRNO, type Errno, FD_FLAG, OPEN_FLAG, RIGHT } from './abi.ts'
import { writeStat } from './descriptor-calls.ts'
import {
  type FileNode,
  type Folder,
  makeFile,
  makeFolder,
  type Resolved,
  removeName,
  resizeFile,
  resolvePath,
} from './files.ts'
import type { Descriptor } from './run-state.ts'
import type { WasiFunctions, WasiHost } from './wasi-host.ts'

/** Open at once, streams and folders included. */
const MAX_DESCRIPTORS = 1_024

/** Paths, each below a folder that is open. Nothing is a link, and nothing leads out of what the program sees. */
export function pathCalls(host: WasiHost): WasiFunctions {
  const { memory } = host

  const resolve = (fd: number, pathAt: number, length: number): Resolved | Errno => {
    const open = host.run.descriptors[fd >>> 0] ?? null
    if (open === null) return ERRNO.badf
    if (open.kind !== 'folder') return ERRNO.notdir
    const path = memory.path(pathAt, length)
    return path === null ? ERRNO.ilseq : resolvePath(open.folder, path)
  }
  const openDescriptor = (open: Descriptor, fdAt: number): Errno => {
    const { descriptors } = host.run
    const free = descriptors.indexOf(null)
    const fd = free >= 0 ? free : descriptors.length
    if (fd >= MAX_DESCRIPTORS) return ERRNO.mfile
    memory.setU32(fdAt, fd)
    descriptors[fd] = open
    if (open.kind === 'file' && open.file.kind === 'made') open.file.opens += 1
    return ERRNO.success
  }

  const open = (found: Resolved, flags: number, rights: bigint, fdFlags: number): Descriptor | Errno => {
    const { budget, inodes } = host.run
    const wantsFolder = (flags & OPEN_FLAG.directory) !== 0 || found.asFolder
    const canWrite = (rights & RIGHT.write) !== 0n
    let node = found.node
    if (node !== null && (flags & OPEN_FLAG.create) !== 0 && (flags & OPEN_FLAG.exclusive) !== 0) return ERRNO.exist
    if (node === null) {
      if ((flags & OPEN_FLAG.create) === 0) return ERRNO.noent
      if (wantsFolder) return ERRNO.isdir
      const made = makeFile(budget, inodes, found.folder, found.name)
      if (typeof made === 'number') return made
      node = made
    }
    if (node.kind === 'folder') {
      if (canWrite && (flags & OPEN_FLAG.directory) === 0 && !found.asFolder && (flags & OPEN_FLAG.truncate) !== 0)
        return ERRNO.isdir
      return { kind: 'folder', folder: node, isPreopened: false }
    }
    if (wantsFolder) return ERRNO.notdir
    if (node.kind === 'laid' && (canWrite || (flags & OPEN_FLAG.truncate) !== 0)) return ERRNO.rofs
    if (node.kind === 'made' && (flags & OPEN_FLAG.truncate) !== 0) resizeFile(budget, node, 0)
    const canRead = (rights & RIGHT.read) !== 0n
    const appends = (fdFlags & FD_FLAG.append) !== 0
    return { kind: 'file', file: node, position: 0, appends, canRead, canWrite }
  }

  /** Where something is to be put: a name that is free, or holds what may be replaced by `moved`. */
  const refusePlace = (moved: FileNode, to: Resolved): Errno => {
    if (to.name === '') return ERRNO.exist
    if (!to.folder.isWritable) return ERRNO.rofs
    if (to.asFolder && moved.kind !== 'folder') return ERRNO.notdir
    if (to.node === null || to.node === moved) return ERRNO.success
    if (moved.kind === 'folder') {
      if (to.node.kind !== 'folder') return ERRNO.notdir
      return to.node.entries.size > 0 ? ERRNO.notempty : ERRNO.success
    }
    return to.node.kind === 'folder' ? ERRNO.isdir : ERRNO.success
  }

  return {
    path_open: (
      fd: number,
      _lookup: number,
      pathAt: number,
      length: number,
      flags: number,
      rights: bigint,
      _inheriting: bigint,
      fdFlags: number,
      fdAt: number,
    ) => {
      const found = resolve(fd, pathAt, length)
      if (typeof found === 'number') return found
      const opened = open(found, flags, rights, fdFlags)
      return typeof opened === 'number' ? opened : openDescriptor(opened, fdAt)
    },
    path_create_directory: (fd: number, pathAt: number, length: number) => {
      const found = resolve(fd, pathAt, length)
      if (typeof found === 'number') return found
      if (found.node !== null) return ERRNO.exist
      return makeFolder(host.run.budget, host.run.inodes, found.folder, found.name)
    },
    path_filestat_get: (fd: number, _flags: number, pathAt: number, length: number, statAt: number) => {
      const found = resolve(fd, pathAt, length)
      if (typeof found === 'number') return found
      if (found.node === null) return ERRNO.noent
      writeStat(host, statAt, found.node)
      return ERRNO.success
    },
    path_filestat_set_times: (fd: number, _flags: number, pathAt: number, length: number) => {
      const found = resolve(fd, pathAt, length)
      if (typeof found === 'number') return found
      return found.node === null ? ERRNO.noent : ERRNO.success
    },
    path_unlink_file: (fd: number, pathAt: number, length: number) => {
      const found = resolve(fd, pathAt, length)
      if (typeof found === 'number') return found
      if (found.node === null) return ERRNO.noent
      if (found.node.kind === 'folder') return ERRNO.isdir
      if (!found.folder.isWritable) return ERRNO.rofs
      removeName(host.run.budget, found.folder, found.name)
      return ERRNO.success
    },
    path_remove_directory: (fd: number, pathAt: number, length: number) => {
      const found = resolve(fd, pathAt, length)
      if (typeof found === 'number') return found
      if (found.node === null) return ERRNO.noent
      if (found.node.kind !== 'folder') return ERRNO.notdir
      if (found.name === '') return ERRNO.inval
      if (!found.folder.isWritable) return ERRNO.rofs
      if (found.node.entries.size > 0) return ERRNO.notempty
      removeName(host.run.budget, found.folder, found.name)
      return ERRNO.success
    },
    path_rename: (fd: number, pathAt: number, length: number, toFd: number, toAt: number, toLength: number) => {
      const from = resolve(fd, pathAt, length)
      if (typeof from === 'number') return from
      const to = resolve(toFd, toAt, toLength)
      if (typeof to === 'number') return to
      const { node } = from
      if (node === null) return ERRNO.noent
      if (from.name === '' || !from.folder.isWritable || node.kind === 'laid') return ERRNO.rofs
      const refusal = refusePlace(node, to)
      if (refusal !== ERRNO.success || to.node === node) return refusal
      // Only files move: a folder knows the one above it, and could be put into itself.
      if (node.kind === 'folder') return renameFolder(from, to, node)
      removeName(host.run.budget, to.folder, to.name)
      from.folder.entries.delete(from.name)
      to.folder.entries.set(to.name, node)
      return ERRNO.success
    },
    path_link: (
      fd: number,
      _flags: number,
      pathAt: number,
      length: number,
      toFd: number,
      toAt: number,
      toLength: number,
    ) => {
      const from = resolve(fd, pathAt, length)
      if (typeof from === 'number') return from
      const to = resolve(toFd, toAt, toLength)
      if (typeof to === 'number') return to
      if (from.node === null) return ERRNO.noent
      // A second name for one file would leave the sandbox as two.
      return ERRNO.notsup
    },
    path_symlink: () => ERRNO.notsup,
    path_readlink: (fd: number, pathAt: number, length: number) => {
      const found = resolve(fd, pathAt, length)
      if (typeof found === 'number') return found
      return found.node === null ? ERRNO.noent : ERRNO.inval
    },
    sock_accept: () => ERRNO.notsock,
    sock_recv: () => ERRNO.notsock,
    sock_send: () => ERRNO.notsock,
    sock_shutdown: () => ERRNO.notsock,
  }

  /** In its own folder a folder may have another name; elsewhere it would have another folder above it. */
  function renameFolder(from: Resolved, to: Resolved, node: Folder): Errno {
    if (from.folder !== to.folder) return ERRNO.notsup
    removeName(host.run.budget, to.folder, to.name)
    from.folder.entries.delete(from.name)
    to.folder.entries.set(to.name, node)
    return ERRNO.success
  }
}
